package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinksTest {
    @Test
    void everyLinkBetweenPagesOfTheRepositoryLeadsSomewhere() {
        MarkdownLinks links = new MarkdownLinks(DocPage.root());
        assertThat(links.pages()).hasSizeGreaterThan(20);
        assertThat(links.broken()).isEmpty();
    }

    @Test
    void everyPageUnderDocsIsInTheIndex() {
        MarkdownLinks links = new MarkdownLinks(DocPage.root());
        Path docs = DocPage.root().resolve("docs");
        Path index = docs.resolve("README.md");
        assertThat(links.links(index).stream()
                        .map(target -> index.resolveSibling(target.replaceFirst("#.*", ""))
                                .normalize()))
                .containsAll(links.pages().stream()
                        .filter(page -> page.startsWith(docs) && !page.equals(index))
                        .toList());
    }

    @Test
    void theReadmeFitsOnAFewScreens() {
        assertThat(DocPage.read("README.md").lines().count()).isLessThanOrEqualTo(150);
    }

    @Test
    void brokenLinksAreFound(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("other.md"), "# Other\n\n## Two words, `code`\n\n## Again\n## Again\n");
        Files.writeString(folder.resolve("page.md"), """
                # Page
                [good](other.md) [good](other.md#two-words-code) [good](#page) [good](other.md#again-1)
                [good](https://example.org/nothing) `[code](nowhere.md)`
                ```
                [code](nowhere.md)
                ```
                [bad](gone.md) ![bad](gone.png) [bad](other.md#three) [bad](#four) [bad](../outside.md)
                [named] <img src="gone.svg">

                [named]: gone-too.md
                """);
        assertThat(new MarkdownLinks(folder).broken())
                .containsExactlyInAnyOrder(
                        "page.md: gone.md: no such file",
                        "page.md: gone.png: no such file",
                        "page.md: other.md#three: no such heading",
                        "page.md: #four: no such heading",
                        "page.md: ../outside.md: leaves the repository",
                        "page.md: gone.svg: no such file",
                        "page.md: gone-too.md: no such file");
    }
}
