package io.tickraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RawNode;
import io.tickraft.proto.Message;
import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published modules export what they should, and resolve and run as modules. */
final class PublishedModulesTest {
  private static final Pattern MODULES_OF_USERS =
      Pattern.compile(
          "(apiguardian|assertj|byte-buddy|jspecify|junit|opentest4j|protobuf-java)-.*[.]jar");

  @Test
  void protoExportsTheMessages() throws Exception {
    assertThat(exports(descriptor("io.tickraft.proto", locationOf(Message.class))))
        .containsExactly("io.tickraft.proto");
  }

  @Test
  void coreExportsItsApiAlone() throws Exception {
    assertThat(exports(descriptor("io.tickraft.core", locationOf(RawNode.class))))
        .containsExactly("io.tickraft.core");
  }

  @Test
  void testkitExportsAllItsPackagesButItsWords() {
    ModuleDescriptor testkit = descriptor("io.tickraft.testkit", testkit());
    assertThat(exports(testkit))
        .containsExactlyElementsOf(
            testkit.packages().stream()
                .filter(name -> !name.equals("io.tickraft.testkit.text"))
                .sorted()
                .toList());
  }

  @Test
  void modulesResolveAndRun() throws Exception {
    List<Path> path =
        Stream.concat(
                Stream.of(locationOf(Message.class), locationOf(RawNode.class), testkit()),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .map(Path::of)
                    .filter(p -> MODULES_OF_USERS.matcher(p.getFileName().toString()).matches()))
            .toList();
    Configuration resolved =
        ModuleLayer.boot()
            .configuration()
            .resolve(
                ModuleFinder.of(path.toArray(Path[]::new)),
                ModuleFinder.of(),
                List.of("io.tickraft.testkit"));
    ModuleLayer layer =
        ModuleLayer.defineModulesWithOneLoader(
                resolved, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
            .layer();
    Class<?> door =
        Class.forName(layer.findModule("io.tickraft.core").orElseThrow(), RawNode.class.getName());
    assertThat(door.getModule().isNamed()).isTrue();
    assertThat(door.getDeclaredMethods()).isNotEmpty();
  }

  private static ModuleDescriptor descriptor(String module, Path location) {
    return ModuleFinder.of(location).find(module).orElseThrow().descriptor();
  }

  private static List<String> exports(ModuleDescriptor module) {
    return module.exports().stream()
        .map(e -> e.isQualified() ? e.source() + " to " + e.targets() : e.source())
        .sorted()
        .toList();
  }

  private static Path testkit() {
    Path classes = Path.of("target", "classes");
    assertThat(Files.isDirectory(classes)).isTrue();
    return classes;
  }

  private static Path locationOf(Class<?> type) throws URISyntaxException {
    URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(location);
  }
}
