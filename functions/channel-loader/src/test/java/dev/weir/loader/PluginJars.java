package dev.weir.loader;

import dev.weir.spi.ChannelFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.pf4j.ExtensionPoint;

/**
 * Builds plugin jars as a partner's build would: a real compiler, PF4J's real annotation processor,
 * a real jar. Compiled classes are kept by source, because many tests share them.
 */
final class PluginJars {

  static final String PROPERTIES =
      """
      id=probe
      kind=social
      api=1.0
      capabilities=measuring
      meter.messages=message|0|1|0|0|yes|int64
      """;

  static final String SOURCE =
      """
      package probe;
      import dev.weir.spi.*;
      import java.util.*;
      @org.pf4j.Extension
      public class Probe implements ChannelFactory {
        public Channel open(ChannelContext context) {
          return new Channel() {
            public Health check() { return Health.up(); }
            public Optional<Measuring> measuring() {
              return Optional.of(completion -> List.of(new Measuring.Quantity("messages", 1)));
            }
          };
        }
      }
      """;

  private static final Map<String, Map<String, byte[]>> COMPILED = new HashMap<>();

  private final Map<String, byte[]> entries = new TreeMap<>();
  private final Map<String, String> attributes = new HashMap<>();

  private PluginJars() {
    attributes.put("Plugin-Id", "probe");
    attributes.put("Plugin-Version", "1.0.0");
    attributes.put("Plugin-Requires", ">=1.0.0 & <2.0.0");
    with(Manifest.PATH, PROPERTIES);
  }

  /** A plugin that is right in every way. */
  static PluginJars good() {
    return of(Map.of("probe.Probe", SOURCE));
  }

  static PluginJars of(Map<String, String> sources) {
    PluginJars jar = new PluginJars();
    jar.entries.putAll(compile(sources));
    return jar;
  }

  PluginJars with(String entry, String text) {
    return with(entry, text.getBytes(StandardCharsets.UTF_8));
  }

  PluginJars with(String entry, byte[] bytes) {
    entries.put(entry, bytes);
    return this;
  }

  PluginJars without(String entry) {
    entries.remove(entry);
    return this;
  }

  PluginJars attribute(String name, String value) {
    attributes.put(name, value);
    return this;
  }

  /** The same plugin under another id. */
  PluginJars id(String id) {
    attributes.put("Plugin-Id", id);
    return with(Manifest.PATH, PROPERTIES.replace("id=probe", "id=" + id));
  }

  byte[] entry(String name) {
    return entries.get(name).clone();
  }

  Path write(Path file) throws IOException {
    var manifest = new java.util.jar.Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach((n, v) -> manifest.getMainAttributes().putValue(n, v));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (var entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return file;
  }

  Path signed(Path file, PluginSigner.Keys keys) throws IOException {
    PluginSigner.sign(write(file), keys.privateKey());
    return file;
  }

  private static synchronized Map<String, byte[]> compile(Map<String, String> sources) {
    return COMPILED.computeIfAbsent(sources.toString(), _ -> compileNow(sources));
  }

  private static Map<String, byte[]> compileNow(Map<String, String> sources) {
    try {
      Path out = Files.createTempDirectory("weir-test-classes-");
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      String path = location(ChannelFactory.class) + ":" + location(ExtensionPoint.class);
      List<JavaFileObject> units = new ArrayList<>();
      sources.forEach((name, text) -> units.add(new Source(name, text)));
      List<String> options =
          List.of(
              "-d",
              out.toString(),
              "-classpath",
              path,
              "-processorpath",
              path + ":" + location(org.slf4j.Logger.class),
              "-processor",
              "org.pf4j.processor.ExtensionAnnotationProcessor");
      var errors = new java.io.StringWriter();
      if (!compiler.getTask(errors, null, null, options, null, units).call()) {
        throw new IllegalStateException(errors.toString());
      }
      Map<String, byte[]> classes = new TreeMap<>();
      try (Stream<Path> walk = Files.walk(out)) {
        for (Path file : walk.filter(Files::isRegularFile).toList()) {
          classes.put(out.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      return classes;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A jar of nothing but noise that still is larger than a limit, for a size check. */
  static byte[] noise(int bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes);
    new java.util.Random(7).ints(bytes, 0, 256).forEach(out::write);
    return out.toByteArray();
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
