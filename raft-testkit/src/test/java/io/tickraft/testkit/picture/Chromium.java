package io.tickraft.testkit.picture;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/** A browser without a window, which opens a page and tells what a script in it has found. */
final class Chromium {

  private static final int MAX_SECONDS = 120;
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

  /** Comes before the scripts of the page, so that it sees all their errors. */
  private static final String BEFORE =
      """
      <script>
      var found = {}, errors = [];
      addEventListener("error", event => errors.push(event.message + " at line " + event.lineno));
      addEventListener("securitypolicyviolation", event => errors.push("blocked: " + event.blockedURI));
      function key(name, more) {
        (document.activeElement || document.body).dispatchEvent(
            new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true, ...more}));
      }
      function type(id, text) {
        const input = document.getElementById(id);
        input.value = text;
        input.dispatchEvent(new Event("input"));
      }
      function check(id, on) {
        const box = document.getElementById(id);
        box.checked = on;
        box.dispatchEvent(new Event("change"));
      }
      const all = selector => [...document.querySelectorAll(selector)];
      const at = () => all('.row[aria-selected="true"]').map(row => row.dataset.step).join();
      </script>
      """;

  private static final String AFTER =
      """
      found.errors = errors.join("; ");
      const told = document.createElement("pre");
      told.id = "told";
      told.textContent = Object.entries(found)
          .map(([name, value]) => name + "=" + encodeURIComponent(value)).join("\\n");
      document.body.append(told);
      """;

  private final String program;
  private final Path directory;

  private Chromium(String program, Path directory) {
    this.program = program;
    this.directory = directory;
  }

  /** Returns the browser; skips the test if there is none. */
  static Chromium orSkip(Path directory) {
    Optional<String> program =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    Assumptions.assumeTrue(
        program.isPresent(), "no Chromium on the PATH (Debian: apt-get install chromium)");
    return new Chromium(program.orElseThrow(), directory);
  }

  /**
   * Opens a page, and runs a script in it.
   *
   * @param hash what follows the address of the page, such as {@code #step=3}
   * @param script sets fields of the object {@code found}
   * @return the fields, and the {@code errors} of all scripts
   */
  Map<String, String> run(String html, String hash, String script) throws Exception {
    Path page = directory.resolve("page.html");
    Files.writeString(
        page,
        html.replace("<head>", "<head>" + BEFORE)
            .replace("</body>", "<script>" + script + AFTER + "</script></body>"));
    Path out = directory.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1280,800",
                "--user-data-dir=" + directory.resolve("profile"),
                "--dump-dom",
                page.toUri() + hash)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(MAX_SECONDS, SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the browser did not end in " + MAX_SECONDS + " seconds");
    }
    return told(out);
  }

  private static Map<String, String> told(Path out) throws IOException {
    String dom = Files.readString(out);
    String begin = "<pre id=\"told\">";
    int from = dom.indexOf(begin);
    if (from < 0) {
      throw new AssertionError("the script did not come to its end; the page:\n" + dom);
    }
    Map<String, String> found = new TreeMap<>();
    dom.substring(from + begin.length(), dom.indexOf("</pre>", from))
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> found.put(pair[0], decoded(pair[1])));
    return found;
  }

  private static String decoded(String text) {
    return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
