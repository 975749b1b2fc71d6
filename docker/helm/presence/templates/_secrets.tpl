{{- /* Sources of the projected volume at /etc/presence/secrets; empty if no Secret is used. */}}
{{- define "presence.secretSources" -}}
{{- with .Values.redis }}
{{- if .existingSecret }}
- secret:
    name: {{ .existingSecret }}
    items:
      - key: {{ .urlKey }}
        path: redis-url
{{- end }}
{{- if .tls.existingSecret }}
- secret:
    name: {{ .tls.existingSecret }}
    items:
      {{- with .tls.caKey }}
      - key: {{ . }}
        path: redis-ca.crt
      {{- end }}
      {{- if .tls.certKey }}
      - key: {{ .tls.certKey }}
        path: redis-tls.crt
      - key: {{ .tls.keyKey }}
        path: redis-tls.key
      {{- end }}
{{- end }}
{{- end }}
{{- with .Values.auth }}
{{- if .existingSecret }}
- secret:
    name: {{ .existingSecret }}
    items:
      {{- if .jwksKey }}
      - key: {{ .jwksKey }}
        path: jwks.json
      {{- else if .publicKeyKey }}
      - key: {{ .publicKeyKey }}
        path: jwt-public-key.pem
      {{- else }}
      - key: {{ .secretKey }}
        path: jwt-secret
      {{- end }}
{{- end }}
{{- end }}
{{- with .Values.api }}
{{- if .existingSecret }}
- secret:
    name: {{ .existingSecret }}
    items:
      - key: {{ .tokenKey }}
        path: api-token
{{- end }}
{{- end }}
{{- with .Values.tls.existingSecret }}
- secret:
    name: {{ . }}
    items:
      - key: tls.crt
        path: tls.crt
      - key: tls.key
        path: tls.key
{{- end }}
{{- end }}

{{- /* Variables that lead to Redis and to the files of that volume. */}}
{{- define "presence.secretEnv" -}}
{{- with .Values.redis }}
{{- if .existingSecret }}
- name: REDIS_URL_FILE
  value: /etc/presence/secrets/redis-url
{{- else if .url }}
{{- if .passwordSecret.name }}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .passwordSecret.name }}
      key: {{ .passwordSecret.key }}
{{- end }}
- name: REDIS_URL
  value: {{ .url | quote }}
{{- end }}
{{- if .tls.existingSecret }}
{{- if .tls.caKey }}
- name: PRESENCE_REDIS_CA
  value: /etc/presence/secrets/redis-ca.crt
{{- end }}
{{- if .tls.certKey }}
- name: PRESENCE_REDIS_CERT
  value: /etc/presence/secrets/redis-tls.crt
- name: PRESENCE_REDIS_KEY
  value: /etc/presence/secrets/redis-tls.key
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.auth }}
- name: PRESENCE_AUTH
  value: {{ .mode }}
{{- if .jwksUrl }}
- name: PRESENCE_JWT_JWKS
  value: {{ .jwksUrl | quote }}
{{- else if .existingSecret }}
{{- if .jwksKey }}
- name: PRESENCE_JWT_JWKS
  value: /etc/presence/secrets/jwks.json
{{- else if .publicKeyKey }}
- name: PRESENCE_JWT_PUBLIC_KEY
  value: /etc/presence/secrets/jwt-public-key.pem
{{- else }}
- name: PRESENCE_JWT_SECRET_FILE
  value: /etc/presence/secrets/jwt-secret
{{- end }}
{{- end }}
{{- end }}
{{- if .Values.api.existingSecret }}
- name: PRESENCE_API_TOKEN_FILE
  value: /etc/presence/secrets/api-token
{{- end }}
{{- if .Values.tls.existingSecret }}
- name: PRESENCE_TLS_CERT
  value: /etc/presence/secrets/tls.crt
- name: PRESENCE_TLS_KEY
  value: /etc/presence/secrets/tls.key
{{- end }}
{{- end }}

{{- /* Volumes of nodes and of the test pod. */}}
{{- define "presence.volumes" -}}
# Netty unpacks its native transport here and maps it, which an emptyDir allows. It counts as the node's memory.
- name: tmp
  emptyDir:
    medium: Memory
    sizeLimit: 64Mi
{{- with include "presence.secretSources" . }}
- name: secrets
  projected:
    # 0440
    defaultMode: 288
    sources:
      {{- trim . | nindent 6 }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "presence.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "presence.secretSources" . }}
- name: secrets
  mountPath: /etc/presence/secrets
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
