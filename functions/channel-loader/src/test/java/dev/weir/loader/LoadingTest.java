package dev.weir.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Measuring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadingTest {

  private static final PluginSigner.Keys KEYS = PluginSigner.generate();
  private static final Measuring.Completion COMPLETION =
      new Measuring.Completion("call", "T1", "c", true, true, 1, 1);

  @TempDir Path folder;

  private final PluginLoader loader = new PluginLoader(List.of(KEYS.publicKey()));

  @Test
  void brokenPluginsDoNotHurtTheOthers() throws IOException {
    PluginJars tooNew = PluginJars.good().id("too-new");
    byte[] classFile = tooNew.entry("probe/Probe.class");
    classFile[7]++;
    tooNew.with("probe/Probe.class", classFile);
    List<PluginFile> files = new ArrayList<>();
    files.add(file("a", PluginJars.good().id("a")));
    files.add(file("too-new", tooNew));
    files.add(
        file("no-index", PluginJars.good().id("no-index").without("META-INF/extensions.idx")));
    Path broken = folder.resolve("broken.jar");
    Files.write(broken, PluginJars.noise(1000));
    PluginSigner.sign(broken, KEYS.privateKey());
    files.add(PluginFile.of(broken));
    files.add(file("a-again", PluginJars.good().id("a")));
    files.add(file("z", PluginJars.good().id("z")));

    PluginLoader.Outcome outcome = loader.loadAll(files);
    assertEquals(Set.of("a", "z"), outcome.loaded().keySet());
    assertEquals(
        List.of(Refusal.CLASS_TOO_NEW, Refusal.NO_INDEX, Refusal.BROKEN_JAR, Refusal.DUPLICATE_ID),
        outcome.refused().values().stream().map(PluginRefused::refusal).toList());
    for (LoadedPlugin plugin : outcome.loaded().values()) {
      LoadedChannel channel = plugin.open(TestContexts.of(plugin.manifest()));
      assertEquals(1, channel.measuring().orElseThrow().measure(COMPLETION).size());
      plugin.close();
    }
  }

  @Test
  void pluginSeesTheSpiButNothingElseOfTheHost() throws IOException {
    String looks =
        probe(
            """
            long seen = 0;
            for (String name : new String[] {
                "dev.weir.loader.PluginLoader", "org.pf4j.PluginManager", "org.slf4j.Logger"}) {
              try { Class.forName(name); seen++; } catch (ClassNotFoundException e) { }
            }
            if (getClass().getClassLoader().getResource("META-INF/services/host") != null) seen++;
            return List.of(new Measuring.Quantity("messages", seen));
            """);
    assertEquals(0, measure(looks));
  }

  @Test
  void spiAlwaysComesFromTheHostAndTwoPluginsDoNotSeeEachOther() throws IOException {
    LoadedPlugin first = loader.load(file("a", PluginJars.good().id("a")));
    LoadedPlugin second = loader.load(file("b", PluginJars.good().id("b")));
    try (first;
        second) {
      Object one = first.open(TestContexts.of(first.manifest())).check();
      Object two = second.open(TestContexts.of(second.manifest())).check();
      assertSame(one.getClass(), two.getClass());
    }
  }

  @Test
  void pluginsOwnClassLoaderIsTheThreadsDuringACallAndNotAfter() throws IOException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    String own =
        probe(
            """
            boolean own = Thread.currentThread().getContextClassLoader()
                == probe.Probe.class.getClassLoader();
            return List.of(new Measuring.Quantity("messages", own ? 1 : 0));
            """);
    assertEquals(1, measure(own));
    assertSame(before, Thread.currentThread().getContextClassLoader());
  }

  @Test
  void whateverAPluginThrowsBecomesAFailureThatNamesItAsWrong() throws IOException {
    for (String throwing :
        List.of(
            "throw new IllegalStateException(\"x\");",
            "throw new NoSuchMethodError(\"x\");",
            "return measure(completion);")) {
      var e = assertThrows(ChannelException.class, () -> measure(probe(throwing)));
      assertEquals(ErrorType.BUG, e.code().type());
      assertTrue(e.getMessage().contains("plugin probe failed"), e.getMessage());
    }
    var own =
        assertThrows(
            ChannelException.class,
            () -> measure(probe("throw new ChannelException(ErrorCode.THROTTLED, \"slow\");")));
    assertEquals(ErrorType.LIMIT, own.code().type());
  }

  @Test
  void absentFacetIsEmptyAndNotSilent() throws IOException {
    try (LoadedPlugin plugin = loader.load(file("a", PluginJars.good().id("a")))) {
      LoadedChannel channel = plugin.open(TestContexts.of(plugin.manifest()));
      assertTrue(channel.delivery().isEmpty());
      assertTrue(channel.measuring().isPresent());
    }
  }

  @Test
  void exchangedFileDoesNotChangeWhatWasVerifiedAndNothingStaysBehind() throws IOException {
    long before = privateFolders();
    Path jar = PluginJars.good().signed(folder.resolve("plugin.jar"), KEYS);
    LoadedPlugin plugin = loader.load(PluginFile.of(jar));
    Files.write(jar, new byte[10]);
    assertTrue(plugin.open(TestContexts.of(plugin.manifest())).check().ok());
    plugin.close();
    assertThrows(PluginRefused.class, () -> loader.load(PluginFile.of(jar)));
    assertEquals(before, privateFolders());
  }

  @Test
  void keysAreWrittenAndReadAndThePrivateOneIsNotShown() {
    assertFalse(KEYS.toString().contains(KEYS.privateKey()));
    assertThrows(IllegalArgumentException.class, () -> new PluginLoader(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new PluginLoader(List.of("AAAA")));
  }

  private static long privateFolders() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("weir-plugin-")).count();
    }
  }

  private static String probe(String body) {
    return """
    package probe;
    import dev.weir.spi.*;
    import java.util.*;
    @org.pf4j.Extension
    public class Probe implements ChannelFactory {
      public Channel open(ChannelContext context) {
        return new Channel() {
          public Health check() { return Health.up(); }
          public Optional<Measuring> measuring() { return Optional.of(new Measures()); }
        };
      }
      static class Measures implements Measuring {
        public List<Quantity> measure(Completion completion) { %s }
      }
    }
    """
        .formatted(body);
  }

  private long measure(String source) throws IOException {
    try (LoadedPlugin plugin =
        loader.load(file("probe", PluginJars.of(Map.of("probe.Probe", source))))) {
      LoadedChannel channel = plugin.open(TestContexts.of(plugin.manifest()));
      return channel.measuring().orElseThrow().measure(COMPLETION).getFirst().value();
    }
  }

  private PluginFile file(String name, PluginJars jar) throws IOException {
    return PluginFile.of(jar.signed(folder.resolve(name + ".jar"), KEYS));
  }
}
