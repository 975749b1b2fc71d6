{{- define "presence.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* At most 52 characters: the longest suffix is -dashboard. */}}
{{- define "presence.fullname" -}}
{{- $name := include "presence.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "presence.selectorLabels" -}}
app.kubernetes.io/name: {{ include "presence.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "presence.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- if .Values.helmLabels }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "presence.labels" -}}
{{ include "presence.selectorLabels" . }}
{{ include "presence.commonLabels" . }}
{{- end }}

{{- define "presence.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- define "presence.configMap" -}}
{{ default (printf "%s-settings" (include "presence.fullname" .)) .Values.existingConfigMap }}
{{- end }}

{{- /* Helm reads numbers as floating point: quote would write 1048576 as 1.048576e+06. */}}
{{- define "presence.settings" -}}
{{- range $name, $value := .Values.settings }}
{{- printf "%s: %s\n" $name (kindIs "float64" $value | ternary (int64 $value | toString) $value | quote) }}
{{- end }}
{{- end }}

{{- define "presence.hasRedis" -}}
{{- if or .Values.redis.existingSecret .Values.redis.url }}true{{ end }}
{{- end }}

{{- define "presence.replicas" -}}
{{- if kindIs "invalid" .Values.replicas -}}
{{ eq (include "presence.hasRedis" .) "true" | ternary 3 1 }}
{{- else -}}
{{ int .Values.replicas }}
{{- end }}
{{- end }}

{{- define "presence.graceSeconds" -}}
{{ add .Values.drain.preStopSeconds .Values.drain.seconds .Values.drain.endSeconds }}
{{- end }}

{{- /* A number as Kubernetes writes it back: 10000 as 10k. */}}
{{- define "presence.quantity" -}}
{{- if mod (int64 .) 1000 }}{{ int64 . | toString | quote }}{{ else }}{{ div (int64 .) 1000 }}k{{ end }}
{{- end }}
