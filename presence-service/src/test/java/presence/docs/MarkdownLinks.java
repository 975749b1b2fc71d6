package presence.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Links of Markdown pages to files and headings of the same repository, with anchors as GitHub makes them. */
final class MarkdownLinks {
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".git", "dist");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *(```|~~~).*?^ *\\1 *$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]+`");
    private static final Pattern LINK = Pattern.compile("\\]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
    private static final Pattern DEFINITION = Pattern.compile("(?m)^ {0,3}\\[[^\\]]+\\]:\\s*<?(\\S+?)>?\\s*$");
    private static final Pattern HTML = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#*$");
    private static final Pattern ID = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("^[a-zA-Z][a-zA-Z+.-]*:.*");

    private final Path root;
    private final Map<Path, Set<String>> anchors = new HashMap<>();

    MarkdownLinks(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** All pages below the root, but those of what is built or installed. */
    List<Path> pages() {
        List<Path> pages = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean skipped = SKIPPED.contains(folder.getFileName().toString());
                    return skipped && !folder.equals(root) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".md")) {
                        pages.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pages;
    }

    /** Each broken link as {@code page: target: why}. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String target : links(page)) {
                String problem = problem(page, target);
                if (!problem.isEmpty()) {
                    broken.add(root.relativize(page) + ": " + target + ": " + problem);
                }
            }
        }
        return broken;
    }

    /** Where a page links to in the repository. */
    List<String> links(Path page) {
        String text = CODE.matcher(withoutBlocks(page)).replaceAll("``");
        return Stream.of(LINK, DEFINITION, HTML)
                .flatMap(form -> form.matcher(text).results())
                .map(match -> match.group(1))
                .filter(target -> !ELSEWHERE.matcher(target).matches())
                .toList();
    }

    private String problem(Path page, String target) {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path to = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        if (file.startsWith("/") || !to.startsWith(root)) {
            return "leaves the repository";
        }
        if (!Files.exists(to)) {
            return "no such file";
        }
        if (hash >= 0 && (!to.toString().endsWith(".md") || !anchors(to).contains(target.substring(hash + 1)))) {
            return "no such heading";
        }
        return "";
    }

    private Set<String> anchors(Path page) {
        return anchors.computeIfAbsent(page, key -> {
            String text = withoutBlocks(key);
            Set<String> found = new HashSet<>();
            for (MatchResult heading : HEADING.matcher(text).results().toList()) {
                String anchor = anchor(heading.group(1));
                String numbered = anchor;
                for (int i = 1; !found.add(numbered); i++) {
                    numbered = anchor + "-" + i;
                }
            }
            ID.matcher(text).results().forEach(id -> found.add(id.group(1)));
            return found;
        });
    }

    /** A heading's anchor: lower case, without punctuation, hyphens for spaces. */
    static String anchor(String heading) {
        String plain = heading.replaceAll("\\]\\([^)]*\\)", "");
        return plain.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
                .replace(' ', '-');
    }

    private static String withoutBlocks(Path page) {
        try {
            return FENCED.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
