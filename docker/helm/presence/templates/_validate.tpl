{{- /* Values that the schema allows and that cannot work together. */}}
{{- define "presence.validate" -}}
{{- $redis := include "presence.hasRedis" . }}
{{- if and .Values.redis.existingSecret .Values.redis.url }}
{{- fail "set redis.existingSecret or redis.url, not both" }}
{{- end }}
{{- if and .Values.redis.passwordSecret.name (not (contains "$(REDIS_PASSWORD)" .Values.redis.url)) }}
{{- fail "redis.passwordSecret.name is set: write $(REDIS_PASSWORD) in redis.url where the password belongs" }}
{{- end }}
{{- if and (contains "$(REDIS_PASSWORD)" .Values.redis.url) (not .Values.redis.passwordSecret.name) }}
{{- fail "redis.url contains $(REDIS_PASSWORD): set redis.passwordSecret.name" }}
{{- end }}
{{- if and (not $redis) (or .Values.autoscaling.enabled (gt (int (include "presence.replicas" .)) 1)) }}
{{- fail "several nodes share boards through Redis: set redis.existingSecret or redis.url, or replicas to 1" }}
{{- end }}
{{- if and .Values.redis.tls.existingSecret (not $redis) }}
{{- fail "redis.tls.existingSecret is set without redis.existingSecret or redis.url" }}
{{- end }}
{{- if ne (empty .Values.redis.tls.certKey) (empty .Values.redis.tls.keyKey) }}
{{- fail "set redis.tls.certKey and redis.tls.keyKey together" }}
{{- end }}
{{- if and .Values.redis.tls.existingSecret (not .Values.redis.tls.caKey) (not .Values.redis.tls.certKey) }}
{{- fail "redis.tls.existingSecret is set: name redis.tls.caKey, or redis.tls.certKey and redis.tls.keyKey" }}
{{- end }}
{{- $keys := or .Values.auth.existingSecret .Values.auth.jwksUrl }}
{{- if and (eq .Values.auth.mode "jwt") (not $keys) }}
{{- fail "auth.mode is jwt: set auth.existingSecret or auth.jwksUrl" }}
{{- end }}
{{- if and (eq .Values.auth.mode "none") $keys }}
{{- fail "auth.existingSecret or auth.jwksUrl is set and auth.mode is none: set auth.mode to jwt" }}
{{- end }}
{{- if and .Values.auth.existingSecret .Values.auth.jwksUrl }}
{{- fail "set auth.existingSecret or auth.jwksUrl, not both" }}
{{- end }}
{{- if and .Values.auth.publicKeyKey .Values.auth.jwksKey }}
{{- fail "set auth.publicKeyKey or auth.jwksKey, not both" }}
{{- end }}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) }}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas" }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "enable metrics.serviceMonitor or metrics.podMonitor: with both each node is scraped twice" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.enabled is set: name ingress.hosts" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled is set: name httpRoute.parentRefs" }}
{{- end }}
{{- end }}
