import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=UTF-8', 'user-agent': 'Go-http-client/2.0' };
const policy = {
  ts: 1763683200,
  account_id: '9035f53656c04e5b9a2d1f7e3b8c6d40',
  policy_id: 'c8f5e1b0-6f0a-4c7c-9a54-3d2b1e0f9a87',
  alert_correlation_id: '2f1d7b3a-5c4e-4f6a-8b9c-0d1e2f3a4b5c',
};

const TYPES = `abuse_report_alert access_custom_certificate_expiration_type advanced_ddos_attack_l4_alert
advanced_ddos_attack_l7_alert advanced_http_alert_error bgp_hijack_notification billing_usage_alert
block_notification_block_removed block_notification_new_block block_notification_review_rejected bot_traffic_basic_alert
brand_protection_alert brand_protection_digest clickhouse_alert_fw_anomaly clickhouse_alert_fw_ent_anomaly
cloudforce_one_request_notification cni_maintenance_notification custom_analytics custom_bot_detection_alert
custom_ssl_certificate_event_type dedicated_ssl_certificate_event_type device_connectivity_anomaly_alert dos_attack_l4
dos_attack_l7 expiring_service_token_alert failing_logpush_job_disabled_alert fbm_auto_advertisement fbm_dosd_attack
fbm_volumetric_attack health_check_status_notification hostname_aop_custom_certificate_expiration_type
http_alert_edge_error http_alert_origin_error image_notification image_resizing_notification incident_alert
load_balancing_health_alert load_balancing_pool_enablement_alert logo_match_alert magic_tunnel_health_check_event
magic_wan_tunnel_health maintenance_event_notification mtls_certificate_store_certificate_expiration_type
pages_event_alert radar_notification real_origin_monitoring scriptmonitor_alert_new_code_change_detections
scriptmonitor_alert_new_hosts scriptmonitor_alert_new_malicious_hosts scriptmonitor_alert_new_malicious_scripts
scriptmonitor_alert_new_malicious_url scriptmonitor_alert_new_max_length_resource_url scriptmonitor_alert_new_resources
secondary_dns_all_primaries_failing secondary_dns_primaries_failing secondary_dns_warning
secondary_dns_zone_successfully_updated secondary_dns_zone_validation_warning security_insights_alert sentinel_alert
stream_live_notifications synthetic_test_latency_alert synthetic_test_low_availability_alert
traffic_anomalies_alert tunnel_health_event tunnel_update_event universal_ssl_event_type web_analytics_metrics_update
workers_alert zone_aop_custom_certificate_expiration_type`.split(/\s+/);
const STATES = ['ALERT_STATE_EVENT_START', 'ALERT_STATE_EVENT_END', 'ALERT_STATE_EVENT_UPDATE', 'A_STATE_TO_COME'];

export const fixtures: ProviderFixtures = {
  secrets: ['9wZ1-cR6yL3dF_q8X2vT7mK4nB', 'Bn4Km7Tv2X8q_Fd3Ly6Rc-1Zw9'],
  coversBody: false,
  examples: [
    {
      name: 'errors of an origin',
      headers,
      body: JSON.stringify({
        name: 'Origin errors',
        text: 'Die Website example.com antwortet nicht: 5xx über der Schwelle\nSee the dashboard.',
        data: { unreachable_zones: [{ zone_name: 'example.com', host: 'www.example.com' }], threshold: 98 },
        ...policy,
        policy_name: 'Origin errors',
        alert_type: 'http_alert_origin_error',
        alert_event: 'ALERT_STATE_EVENT_START',
      }),
      expected: {
        eventType: 'http_alert_origin_error.start',
        title:
          'Cloudflare reported the start of HTTP errors of an origin (Origin errors): Die Website example.com antwortet nicht: 5xx über der Schwelle',
      },
    },
    {
      name: 'an attack',
      headers,
      body: JSON.stringify({
        name: 'DDoS',
        text: 'A DDoS attack on example.com is being mitigated.',
        data: {
          action: 'managed_challenge',
          attack_id: '8be8f2f4b6ad4f1a9c3d2e1f0a9b8c7d',
          attack_type: 'HTTP flood',
          dashboard_link: 'https://dash.cloudflare.com/9035f53656c04e5b9a2d1f7e3b8c6d40/example.com/security/events',
          max_rate: '12 krps',
          target_hostname: 'example.com',
        },
        ...policy,
        policy_name: 'DDoS',
        alert_type: 'dos_attack_l7',
        alert_event: 'ALERT_STATE_EVENT_END',
      }),
      expected: {
        eventType: 'dos_attack_l7.end',
        title:
          'Cloudflare reported the end of an HTTP DDoS attack (DDoS): A DDoS attack on example.com is being mitigated.',
      },
    },
    {
      name: 'the test of a new destination',
      headers,
      body: JSON.stringify({ text: 'Hello World! This is a test message sent from Cloudflare.' }),
      expected: {
        eventType: 'test',
        title: 'Cloudflare sent a test message: Hello World! This is a test message sent from Cloudflare.',
      },
    },
  ],
  eventTypes: [
    ...[...TYPES, 'a_type_to_come'].map((alert_type) => ({ headers, body: JSON.stringify({ alert_type }) })),
    ...STATES.map((alert_event) => ({ headers, body: JSON.stringify({ alert_type: 'dos_attack_l4', alert_event }) })),
  ],
  forge: (genuine, _sign, { secret }) => ({
    'the token as a bearer token': { ...genuine, headers: { authorization: `Bearer ${secret}` } },
    'the token with a scheme before it': { ...genuine, headers: { 'cf-webhook-auth': `Bearer ${secret}` } },
    'the token in the query': { ...genuine, headers: {}, url: `${genuine.url}&cf-webhook-auth=${secret}` },
    'the token in another case': { ...genuine, headers: { 'cf-webhook-auth': secret.toLowerCase() } },
    'the token under another name': { ...genuine, headers: { 'x-cf-webhook-auth': secret } },
  }),
  sign: (_body, _headers, { secret }) => ({ 'cf-webhook-auth': secret }),
};
