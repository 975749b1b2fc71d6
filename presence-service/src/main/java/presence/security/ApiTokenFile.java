package presence.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import presence.config.ConfigException;

/**
 * Reads a file with tokens for the HTTP API, one per line: name, token, comma-separated rights and patterns of boards,
 * separated by spaces or tabs. Empty lines and lines that begin with {@code #} are skipped. A token may be given as
 * {@code sha256:} and the 64 hexadecimal digits of its digest. Messages name the line and never show the token.
 */
final class ApiTokenFile {
    static final int MAX_TOKENS = 1_000;
    /** Shorter ones could be guessed. */
    static final int LEAST_TOKEN_BYTES = 16;

    private static final int MAX_BYTES = 1 << 20;
    private static final String ALL_RIGHTS = "all";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-fA-F]{64})");

    private ApiTokenFile() {}

    /**
     * Returns the tokens by their digest.
     *
     * @throws ConfigException if the file cannot be read, has no tokens, or has a line that cannot be used
     */
    static Map<String, ApiToken> read(Path file) throws ConfigException {
        String text;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            text = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot read " + file + ": " + e.getClass().getSimpleName());
        }
        Map<String, ApiToken> tokens = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            ApiToken token = token(file + " line " + (i + 1), line.split("\\s+"));
            if (!names.add(token.name())) {
                throw new ConfigException(file + " line " + (i + 1) + ": a line before has the same name");
            }
            if (tokens.put(token.digest(), token) != null) {
                throw new ConfigException(file + " line " + (i + 1) + ": a line before has the same token");
            }
        }
        if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
            throw new ConfigException(file + " must have 1 to " + MAX_TOKENS + " tokens, not " + tokens.size());
        }
        return tokens;
    }

    private static ApiToken token(String line, String[] fields) throws ConfigException {
        if (fields.length < 4) {
            throw new ConfigException(line + " must have a name, a token, rights and patterns of boards");
        }
        if (!NAME.matcher(fields[0]).matches()) {
            throw new ConfigException(line + ": the name must have 1 to 64 letters, digits, dots, _ or -");
        }
        return new ApiToken(fields[0], digestIn(line, fields[1]), rights(line, fields[2]), boards(line, fields));
    }

    private static String digestIn(String line, String token) throws ConfigException {
        if (DIGEST.matcher(token).matches()) {
            return token.substring(token.indexOf(':') + 1).toLowerCase(Locale.ROOT);
        }
        if (token.startsWith("sha256:")) {
            throw new ConfigException(line + ": sha256: must be followed by 64 hexadecimal digits");
        }
        if (token.getBytes(StandardCharsets.UTF_8).length < LEAST_TOKEN_BYTES) {
            throw new ConfigException(
                    line + ": a token must have at least " + LEAST_TOKEN_BYTES + " bytes: it can be guessed otherwise");
        }
        return digest(token);
    }

    private static Set<ApiRight> rights(String line, String text) throws ConfigException {
        if (text.equals(ALL_RIGHTS)) {
            return Set.of(ApiRight.values());
        }
        Set<ApiRight> rights = EnumSet.noneOf(ApiRight.class);
        for (String name : text.split(",", -1)) {
            rights.add(Stream.of(ApiRight.values())
                    .filter(right -> right.text().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ConfigException(line + ": the rights must be " + ALL_RIGHTS + ", or some of "
                            + Stream.of(ApiRight.values()).map(ApiRight::text).collect(Collectors.joining(",")))));
        }
        return Set.copyOf(rights);
    }

    private static List<String> boards(String line, String[] fields) throws ConfigException {
        List<String> boards = List.of(fields).subList(3, fields.length);
        if (boards.size() > BoardPattern.MAX_PATTERNS) {
            throw new ConfigException(line + " has more than " + BoardPattern.MAX_PATTERNS + " patterns of boards");
        }
        if (boards.stream().anyMatch(pattern -> pattern.length() > BoardPattern.MAX_CHARS)) {
            throw new ConfigException(line + " has a pattern longer than " + BoardPattern.MAX_CHARS + " characters");
        }
        return List.copyOf(boards);
    }

    /** Returns the SHA-256 of a token in hexadecimal digits. */
    static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
