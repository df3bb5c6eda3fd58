package dev.weir.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One way of being wrong at a time, and the name that it is refused with. */
final class RefusalTest {

  private static final PluginSigner.Keys KEYS = PluginSigner.generate();

  @TempDir Path folder;

  private final PluginLoader loader = new PluginLoader(List.of(KEYS.publicKey()));

  @Test
  void pluginThatIsRightIsLoadedOpenedAndCounts() throws IOException {
    try (LoadedPlugin plugin = loader.load(PluginFile.of(signed(PluginJars.good())));
        LoadedChannel channel = plugin.open(TestContexts.of(plugin.manifest()))) {
      assertEquals("probe", plugin.manifest().id());
      assertTrue(channel.check().ok());
      var completion = new dev.weir.spi.Measuring.Completion("call", "T1", "c", true, true, 1, 1);
      assertEquals(1, channel.measuring().orElseThrow().measure(completion).getFirst().value());
    }
  }

  @Test
  void absentFileIsUnreadable() {
    refused(Refusal.UNREADABLE, PluginFile.of(folder.resolve("none.jar")), "does not exist");
  }

  @Test
  void tooLargeFileIsRefusedBeforeItIsHashed() throws IOException {
    Path jar = folder.resolve("plugin.jar");
    Files.write(jar, new byte[Math.toIntExact(Limits.JAR_MAX_BYTES) + 1]);
    refused(Refusal.TOO_LARGE, PluginFile.of(jar), "33554432 B");
  }

  @Test
  void tooManyEntriesAreRefused() throws IOException {
    PluginJars many = PluginJars.good();
    for (int i = 0; i <= Limits.JAR_ENTRIES_MAX; i++) {
      many.with("e/" + i, "");
    }
    refused(Refusal.TOO_LARGE, PluginFile.of(signed(many)), "entries");
  }

  @Test
  void wrongHashIsRefusedAlthoughTheSignatureHolds() throws IOException {
    Path jar = signed(PluginJars.good());
    refused(
        Refusal.WRONG_HASH,
        new PluginFile(jar, Optional.of("00".repeat(64)), Optional.empty()),
        "pinned is 0000");
    String right = PluginSigner.sha512(jar);
    loader.load(new PluginFile(jar, Optional.of(right), Optional.of("probe"))).close();
  }

  @Test
  void missingSignatureIsRefused() throws IOException {
    Path jar = PluginJars.good().write(folder.resolve("plugin.jar"));
    refused(Refusal.SIGNATURE_MISSING, PluginFile.of(jar), "plugin.jar.sig");
  }

  @Test
  void signatureByAnUnknownPublisherIsRefused() throws IOException {
    Path jar = PluginJars.good().signed(folder.resolve("plugin.jar"), PluginSigner.generate());
    refused(Refusal.SIGNATURE_WRONG, PluginFile.of(jar), "none of the 1 trusted keys");
  }

  @Test
  void signatureThatIsNoneIsRefused() throws IOException {
    for (String none : List.of("", "AAAA", "not base 64 !", "A".repeat(2000))) {
      Path jar = signed(PluginJars.good());
      Files.writeString(PluginSigner.signatureOf(jar), none);
      var e = assertThrows(PluginRefused.class, () -> loader.load(PluginFile.of(jar)), none);
      assertTrue(e.refusal() == Refusal.SIGNATURE_WRONG || e.refusal() == Refusal.TOO_LARGE, none);
    }
  }

  @Test
  void everyTamperedByteIsRefused() throws IOException {
    Path jar = signed(PluginJars.good());
    byte[] bytes = Files.readAllBytes(jar);
    for (int at = 0; at < bytes.length; at += 1 + bytes.length / 40) {
      byte[] tampered = bytes.clone();
      tampered[at] ^= 1;
      Files.write(jar, tampered);
      refused(Refusal.SIGNATURE_WRONG, PluginFile.of(jar), "changed after it was signed");
    }
    Files.write(jar, Arrays.copyOf(bytes, bytes.length + 1));
    refused(Refusal.SIGNATURE_WRONG, PluginFile.of(jar), "");
  }

  @Test
  void brokenJarIsRefusedAlthoughItIsSigned() throws IOException {
    Path jar = folder.resolve("plugin.jar");
    Files.write(jar, PluginJars.noise(4096));
    PluginSigner.sign(jar, KEYS.privateKey());
    refused(Refusal.BROKEN_JAR, PluginFile.of(jar), "not a readable jar");
  }

  @Test
  void classFileThatIsNoneIsABrokenJar() throws IOException {
    PluginJars jar = PluginJars.good().with("probe/Other.class", "no class");
    refused(Refusal.BROKEN_JAR, PluginFile.of(signed(jar)), "probe/Other.class");
  }

  @Test
  void bundledSpiIsRefused() throws IOException {
    for (String bundled :
        List.of(
            "dev/weir/spi/Channel.class",
            "org/pf4j/ExtensionPoint.class",
            "META-INF/versions/25/dev/weir/spi/Channel.class")) {
      PluginJars jar = PluginJars.good();
      jar.with(bundled, jar.entry("probe/Probe.class"));
      refused(Refusal.BUNDLES_SPI, PluginFile.of(signed(jar)), bundled);
    }
  }

  @Test
  void absentAndMalformedManifestsAreRefused() throws IOException {
    refused(
        Refusal.MANIFEST,
        PluginFile.of(signed(PluginJars.good().without(Manifest.PATH))),
        "absent");
    refused(
        Refusal.MANIFEST,
        PluginFile.of(
            signed(PluginJars.good().with(Manifest.PATH, PluginJars.PROPERTIES + "magic=1\n"))),
        "unknown key magic");
    refused(
        Refusal.MANIFEST,
        PluginFile.of(signed(PluginJars.good().attribute("Plugin-Requires", ""))),
        "Plugin-Requires");
    refused(
        Refusal.MANIFEST,
        PluginFile.of(signed(PluginJars.good().attribute("Plugin-Class", "probe.Other"))),
        "Plugin-Class is not allowed");
  }

  @Test
  void unsatisfiedApiRangeIsRefused() throws IOException {
    refused(
        Refusal.API_UNSATISFIED,
        PluginFile.of(signed(PluginJars.good().attribute("Plugin-Requires", ">=2.0.0"))),
        "requires api >=2.0.0");
    for (String api : List.of("1.1", "2.0", "0.9")) {
      PluginJars other =
          PluginJars.good()
              .with(Manifest.PATH, PluginJars.PROPERTIES.replace("api=1.0", "api=" + api));
      refused(Refusal.API_UNSATISFIED, PluginFile.of(signed(other)), "is for api " + api);
    }
  }

  @Test
  void wrongIdIsRefused() throws IOException {
    refused(
        Refusal.WRONG_ID,
        PluginFile.of(signed(PluginJars.good().attribute("Plugin-Id", "other"))),
        "other");
    refused(
        Refusal.WRONG_ID,
        new PluginFile(signed(PluginJars.good()), Optional.empty(), Optional.of("slack")),
        "probe is not slack");
  }

  @Test
  void classFileThatIsTooNewIsRefusedByName() throws IOException {
    PluginJars newer = PluginJars.good();
    byte[] classFile = newer.entry("probe/Probe.class");
    classFile[7]++;
    newer.with("probe/Probe.class", classFile);
    refused(Refusal.CLASS_TOO_NEW, PluginFile.of(signed(newer)), "probe/Probe.class");

    PluginJars preview = PluginJars.good();
    byte[] previewed = preview.entry("probe/Probe.class");
    previewed[4] = previewed[5] = (byte) 0xff;
    preview.with("probe/Probe.class", previewed);
    refused(Refusal.CLASS_TOO_NEW, PluginFile.of(signed(preview)), "preview");
  }

  @Test
  void absentAndEmptyIndexesAreRefused() throws IOException {
    String index = "META-INF/extensions.idx";
    refused(
        Refusal.NO_INDEX,
        PluginFile.of(signed(PluginJars.good().without(index))),
        "annotation processors");
    refused(
        Refusal.NO_INDEX,
        PluginFile.of(signed(PluginJars.good().with(index, "# Generated by PF4J\n"))),
        "is empty");
  }

  @Test
  void twoFactoriesAreRefused() throws IOException {
    PluginJars two =
        PluginJars.of(
            Map.of(
                "probe.Probe",
                PluginJars.SOURCE,
                "probe.Second",
                PluginJars.SOURCE.replace("class Probe", "class Second")));
    refused(Refusal.SEVERAL_FACTORIES, PluginFile.of(signed(two)), "probe.Second");
  }

  @Test
  void factoryThatIsAbsentOrNoneOrBreaksIsRefused() throws IOException {
    String index = "META-INF/extensions.idx";
    refused(
        Refusal.FACTORY_BROKEN,
        PluginFile.of(signed(PluginJars.good().with(index, "probe.Nowhere"))),
        "probe.Nowhere");
    refused(
        Refusal.FACTORY_BROKEN,
        PluginFile.of(signed(PluginJars.good().with(index, "java.lang.String"))),
        "java.lang.String");
    refused(
        Refusal.FACTORY_BROKEN,
        PluginFile.of(signed(variant("static { if (true) throw new RuntimeException(); }"))),
        "probe.Probe");
    refused(
        Refusal.FACTORY_BROKEN,
        PluginFile.of(signed(variant("public Probe() { throw new IllegalStateException(); }"))),
        "probe.Probe");
  }

  @Test
  void facetsUnequalToCapabilitiesAreRefusedBothWays() throws IOException {
    PluginJars lacks =
        PluginJars.good()
            .with(
                Manifest.PATH, PluginJars.PROPERTIES.replace("=measuring", "=measuring, delivery"));
    var e = openRefused(lacks);
    assertEquals(Refusal.FACETS_DIFFER, e.refusal());
    assertTrue(e.getMessage().contains("lacks [DELIVERY]"), e.getMessage());

    PluginJars undeclared =
        PluginJars.good()
            .with(Manifest.PATH, PluginJars.PROPERTIES.replace("=measuring", "=delivery"));
    var f = openRefused(undeclared);
    assertEquals(Refusal.FACETS_DIFFER, f.refusal());
    assertTrue(f.getMessage().contains("does not declare [MEASURING]"), f.getMessage());
  }

  @Test
  void openThatThrowsOrAnswersNothingIsRefused() throws IOException {
    String body = PluginJars.SOURCE;
    String fails =
        body.replace(
            "return new Channel()",
            "if (true) throw new Error0(); return null; } static class Error0 extends"
                + " RuntimeException {} Channel other() { return new Channel()");
    assertEquals(
        Refusal.OPEN_FAILED, openRefused(PluginJars.of(Map.of("probe.Probe", fails))).refusal());
    String missing =
        body.replace(
            "return new Channel()",
            "if (true) throw new NoClassDefFoundError(\"x\"); return new Channel()");
    assertEquals(
        Refusal.OPEN_FAILED, openRefused(PluginJars.of(Map.of("probe.Probe", missing))).refusal());
  }

  private PluginRefused openRefused(PluginJars jar) throws IOException {
    try (LoadedPlugin plugin = loader.load(PluginFile.of(signed(jar)))) {
      return assertThrows(
          PluginRefused.class, () -> plugin.open(TestContexts.of(plugin.manifest())));
    }
  }

  private static PluginJars variant(String member) {
    return PluginJars.of(
        Map.of(
            "probe.Probe",
            PluginJars.SOURCE.replace("public Channel open", member + "\npublic Channel open")));
  }

  private Path signed(PluginJars jar) throws IOException {
    return jar.signed(folder.resolve("plugin.jar"), KEYS);
  }

  private void refused(Refusal refusal, PluginFile file, String said) {
    var e = assertThrows(PluginRefused.class, () -> loader.load(file));
    assertEquals(refusal, e.refusal(), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }
}
