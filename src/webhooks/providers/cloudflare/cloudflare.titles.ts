import { firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';

/** The subjects of the types of https://developers.cloudflare.com/notifications/notification-available/ */
const subjects: Record<string, string> = {
  abuse_report_alert: 'an abuse report',
  access_custom_certificate_expiration_type: 'an expiring Access certificate',
  advanced_ddos_attack_l4_alert: 'a DDoS attack on layer 3 or 4',
  advanced_ddos_attack_l7_alert: 'an HTTP DDoS attack',
  advanced_http_alert_error: 'a rate of HTTP errors',
  bgp_hijack_notification: 'a BGP hijack',
  billing_usage_alert: 'usage over a billing threshold',
  block_notification_block_removed: 'a removed block',
  block_notification_new_block: 'a new block',
  block_notification_review_rejected: 'a rejected review of a block',
  bot_traffic_basic_alert: 'a spike of bot traffic',
  brand_protection_alert: 'a domain that resembles a brand',
  brand_protection_digest: 'the domains that resemble a brand',
  clickhouse_alert_fw_anomaly: 'a spike of security events',
  clickhouse_alert_fw_ent_anomaly: 'a spike of security events in a service',
  cloudforce_one_request_notification: 'a request to Cloudforce One',
  cni_maintenance_notification: 'maintenance of a network interconnect',
  custom_analytics: 'a threshold of custom analytics',
  custom_bot_detection_alert: 'a bot detection',
  custom_ssl_certificate_event_type: 'a change of a custom certificate',
  dedicated_ssl_certificate_event_type: 'a change of an advanced certificate',
  device_connectivity_anomaly_alert: 'an anomaly in the connections of devices',
  dos_attack_l4: 'a DDoS attack on layer 3 or 4',
  dos_attack_l7: 'an HTTP DDoS attack',
  expiring_service_token_alert: 'an expiring Access service token',
  failing_logpush_job_disabled_alert: 'a disabled Logpush job',
  fbm_auto_advertisement: 'the automatic advertisement of a prefix',
  fbm_dosd_attack: 'an attack on a monitored network',
  fbm_volumetric_attack: 'a volumetric attack on a monitored network',
  health_check_status_notification: 'a change in a health check',
  hostname_aop_custom_certificate_expiration_type: 'an expiring origin pull certificate of a host name',
  http_alert_edge_error: 'HTTP errors at the edge',
  http_alert_origin_error: 'HTTP errors of an origin',
  image_notification: 'the use of Cloudflare Images',
  image_resizing_notification: 'the use of image resizing',
  incident_alert: 'an incident at Cloudflare',
  load_balancing_health_alert: 'a change in the health of a load balancer',
  load_balancing_pool_enablement_alert: 'a pool that was enabled or disabled',
  logo_match_alert: 'a match of a logo',
  magic_tunnel_health_check_event: 'a change in the health of a Magic tunnel',
  magic_wan_tunnel_health: 'a change in the health of a Magic WAN tunnel',
  maintenance_event_notification: 'maintenance at Cloudflare',
  mtls_certificate_store_certificate_expiration_type: 'an expiring client certificate',
  pages_event_alert: 'an event of a Pages project',
  radar_notification: 'an event on Cloudflare Radar',
  real_origin_monitoring: 'an unreachable origin',
  scriptmonitor_alert_new_code_change_detections: 'a change in the code of a script',
  scriptmonitor_alert_new_hosts: 'scripts from a new domain',
  scriptmonitor_alert_new_malicious_hosts: 'scripts from a malicious domain',
  scriptmonitor_alert_new_malicious_scripts: 'a malicious script',
  scriptmonitor_alert_new_malicious_url: 'a script from a malicious URL',
  scriptmonitor_alert_new_max_length_resource_url: 'a script with an overlong URL',
  scriptmonitor_alert_new_resources: 'a new script',
  secondary_dns_all_primaries_failing: 'the failure of all primary DNS servers',
  secondary_dns_primaries_failing: 'the failure of a primary DNS server',
  secondary_dns_warning: 'a warning of secondary DNS',
  secondary_dns_zone_successfully_updated: 'an update of a secondary DNS zone',
  secondary_dns_zone_validation_warning: 'a warning in the validation of a secondary DNS zone',
  security_insights_alert: 'a new security insight',
  sentinel_alert: 'a change of the traffic',
  stream_live_notifications: 'a live input of Stream',
  synthetic_test_latency_alert: 'a high latency in a synthetic test',
  synthetic_test_low_availability_alert: 'a low availability in a synthetic test',
  traffic_anomalies_alert: 'an anomaly of the traffic',
  tunnel_health_event: 'a change in the health of a tunnel',
  tunnel_update_event: 'a tunnel that was created or deleted',
  universal_ssl_event_type: 'a change of a universal certificate',
  web_analytics_metrics_update: 'an update of Web Analytics',
  workers_alert: 'the use of Workers',
  zone_aop_custom_certificate_expiration_type: 'an expiring origin pull certificate of a zone',
};

const states: Record<string, string> = { start: 'the start of', end: 'the end of', update: 'an update of' };

/** "Cloudflare reported the start of HTTP errors of an origin (Origin errors): example.com is not reachable" */
export function titleOf(type: string | undefined, state: string | undefined, payload: Payload): string {
  const text = firstLine(textAt(payload, 'text'));
  const policy = firstLine(firstTextAt(payload, 'policy_name', 'name'));
  const subject = type && (entryOf(subjects, type) ?? `an alert of the type ${wordsOf(type)}`);
  const told = subject
    ? sentence('Cloudflare reported', entryOf(states, state), subject)
    : 'Cloudflare sent a test message';
  return sentence(told, policy && `(${policy})`) + (text && `: ${text}`);
}
