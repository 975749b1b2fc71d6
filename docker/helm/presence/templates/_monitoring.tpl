{{- /* Rules and dashboard ask for this job; the operator would name it after the Service or the PodMonitor. */}}
{{- define "presence.relabelings" -}}
relabelings:
  - targetLabel: job
    replacement: presence
{{- end }}

{{- /* The rules, with the limit of connections that this release has. */}}
{{- define "presence.rules" -}}
{{- $limit := dig "PRESENCE_MAX_CONNECTIONS" 100000 .Values.settings | int64 | toString }}
{{- .Files.Get "files/presence.rules.yml" | replace "0.9 * 100000" (printf "0.9 * %s" $limit) }}
{{- end }}

{{- define "presence.testLabels" -}}
app.kubernetes.io/name: {{ include "presence.name" . }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
