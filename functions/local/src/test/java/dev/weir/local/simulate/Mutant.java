package dev.weir.local.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The simulation and the shipped classes once more, one of them with a defect. */
final class Mutant extends URLClassLoader {

  private static final List<String> OWN =
      List.of(
          "dev.weir.core.",
          "dev.weir.host.",
          "dev.weir.loader.",
          "dev.weir.local.simulate.",
          "dev.weir.plugin.",
          "dev.weir.kit.");

  private final Map<String, byte[]> changed;

  private Mutant(Map<String, byte[]> changed) {
    super(urls(), Mutant.class.getClassLoader());
    this.changed = changed;
  }

  private static URL[] urls() {
    return ShippedPlugin.CLASSES.stream()
        .map(path -> {
          try {
            return path.toUri().toURL();
          } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
          }
        })
        .toArray(URL[]::new);
  }

  /** Compiles the changed source and loads everything around it afresh. */
  static Mutant of(Mutation mutation) {
    return new Mutant(compiled(mutation));
  }

  private static Map<String, byte[]> compiled(Mutation mutation) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    Map<String, ByteArrayOutputStream> out = new HashMap<>();
    String source = mutation.source();
    String classPath =
        Stream.concat(
                Stream.of(System.getProperty("java.class.path")),
                ShippedPlugin.CLASSES.stream().map(Path::toString))
            .collect(Collectors.joining(java.io.File.pathSeparator));
    try (JavaFileManager files =
        new InMemory(compiler.getStandardFileManager(null, null, UTF_8), out)) {
      boolean done =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-parameters", "-cp", classPath),
                  null,
                  List.of(new Source(mutation.className(), source)))
              .call();
      if (!done) {
        throw new AssertionError("\"" + mutation.name() + "\" does not compile: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> classes = new HashMap<>();
    out.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> out;

    InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> out) {
      super(files);
      this.out = out;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.FileObject sibling) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      out.put(className, bytes);
      return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (OWN.stream().noneMatch(name::startsWith)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = bytes(name);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  private byte[] bytes(String name) throws ClassNotFoundException {
    byte[] own = changed.get(name);
    if (own != null) {
      return own;
    }
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Runs one of verify's seeds; what it violates, if anything. */
  Runner runner() throws ReflectiveOperationException {
    Class<?> plugin = loadClass("dev.weir.local.simulate.AwsPlugin");
    Object aws = plugin.getMethod("of", ClassLoader.class).invoke(null, this);
    Class<?> simulation = loadClass("dev.weir.local.simulate.Simulation");
    Object made = simulation.getConstructor(plugin).newInstance(aws);
    Class<?> scenario = loadClass("dev.weir.local.simulate.Scenario");
    return seed -> {
      Object result =
          simulation
              .getMethod("run", scenario)
              .invoke(made, scenario.getMethod("of", long.class).invoke(null, seed));
      Object violation = result.getClass().getMethod("violation").invoke(result);
      List<String> said = new ArrayList<>();
      ((Optional<?>) violation).ifPresent(v -> said.add(String.valueOf(v)));
      return said.stream().findFirst();
    };
  }

  /** Runs a seed. */
  @FunctionalInterface
  interface Runner {
    Optional<String> run(long seed) throws ReflectiveOperationException;
  }
}
