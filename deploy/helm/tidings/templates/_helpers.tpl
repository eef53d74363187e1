{{- /*
The templates use only what Go's text/template has itself, so that the tests render them with Go's engine and without
Helm. Objects are written as YAML flow mappings, which need no indentation.
*/ -}}

{{- define "tidings.labels" -}}
app.kubernetes.io/name: tidings, app.kubernetes.io/instance: {{ printf "%q" .Release.Name }}
{{- end -}}

{{- define "tidings.ownLabels" -}}
{{ template "tidings.labels" . }}, app.kubernetes.io/version: {{ printf "%q" .Chart.AppVersion }}, helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | printf "%q" }}, app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- /* Any value in one line. Go's quoted strings are valid in double quotes of YAML, and trailing commas are allowed. */ -}}
{{- define "tidings.json" -}}
{{- $type := printf "%T" . -}}
{{- if eq $type "string" -}}
{{ printf "%q" . }}
{{- else if eq (printf "%.3s" $type) "map" -}}
{ {{- range $key, $value := . }}{{ printf "%q" $key }}: {{ template "tidings.json" $value }}, {{ end -}} }
{{- else if eq (printf "%.2s" $type) "[]" -}}
[{{ range . }}{{ template "tidings.json" . }}, {{ end }}]
{{- else -}}
{{ . }}
{{- end -}}
{{- end -}}

{{- /* The fields of a pod that Deployments and the Job share. */ -}}
{{- define "tidings.pod" }}
      serviceAccountName: {{ .Values.serviceAccountName }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      imagePullSecrets: {{ template "tidings.json" .Values.image.pullSecrets }}
      nodeSelector: {{ template "tidings.json" .Values.nodeSelector }}
      tolerations: {{ template "tidings.json" .Values.tolerations }}
      affinity: {{ template "tidings.json" .Values.affinity }}
      volumes:
        - name: tmp
          emptyDir: {}
{{- end -}}

{{- /* The fields of a container that Deployments and the Job share. `env` comes last: the caller adds to it. */ -}}
{{- define "tidings.container" }}
          image: {{ .Values.image.repository }}:{{ if .Values.image.tag }}{{ .Values.image.tag }}{{ else }}{{ .Chart.AppVersion }}{{ end }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - name: tmp
              mountPath: /tmp
          env:
            {{- range $name, $value := .Values.settings }}
            - name: {{ $name }}
              value: {{ printf "%q" $value }}
            {{- end }}
            {{- template "tidings.secrets" . }}
{{- end -}}
