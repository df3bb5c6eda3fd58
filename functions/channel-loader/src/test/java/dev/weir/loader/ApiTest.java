package dev.weir.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.spi.ChannelFactory;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The SPI's public signatures are a file, so that a change to what partners compile against is a
 * line in a diff. Run with {@code -Dapi.write=true} to write it anew.
 */
final class ApiTest {

  private static final Path GOLDEN = Path.of("../../plugins/spi/api.txt");

  @Test
  void publicSignaturesOfTheSpiAreThoseOfTheGoldenList() throws Exception {
    String now = String.join("\n", signatures()) + "\n";
    if (Boolean.getBoolean("api.write")) {
      Files.writeString(GOLDEN, now);
    }
    assertEquals(
        Files.readString(GOLDEN),
        now,
        "the SPI has changed: is it additive, and is ApiVersion raised? then -Dapi.write=true");
  }

  @Test
  void spiNamesNothingButTheJdkJspecifyAndPf4jsMark() throws Exception {
    for (Class<?> type : types()) {
      for (String line : signatures(type)) {
        for (String name : line.split("[^A-Za-z0-9_.$]+", -1)) {
          boolean known =
              !name.matches("[a-z]+\\.[a-z]+.*")
                  || name.startsWith("java.")
                  || name.startsWith("dev.weir.spi.")
                  || name.equals("org.pf4j.ExtensionPoint");
          assertEquals(true, known, line);
        }
      }
    }
  }

  private static List<String> signatures() throws Exception {
    List<String> lines = new ArrayList<>();
    for (Class<?> type : types()) {
      lines.addAll(signatures(type));
    }
    return lines;
  }

  private static List<String> signatures(Class<?> type) {
    List<String> lines = new ArrayList<>();
    lines.add(head(type));
    Stream.of(
            Arrays.stream(type.getDeclaredFields())
                .filter(ApiTest::isApi)
                .map(Field::toGenericString),
            Arrays.stream(type.getDeclaredConstructors())
                .filter(ApiTest::isApi)
                .map(Constructor::toGenericString),
            Arrays.stream(type.getDeclaredMethods())
                .filter(ApiTest::isApi)
                .map(Method::toGenericString))
        .flatMap(members -> members)
        .sorted()
        .map(line -> "  " + line)
        .forEach(lines::add);
    return lines;
  }

  private static String head(Class<?> type) {
    String above =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(t -> t.getTypeName())
            .filter(name -> !name.equals("java.lang.Object"))
            .collect(Collectors.joining(", "));
    String permitted =
        type.isSealed()
            ? Arrays.stream(type.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", " permits ", ""))
            : "";
    return type.toGenericString() + (above.isEmpty() ? "" : " : " + above) + permitted;
  }

  private static boolean isApi(Member member) {
    boolean visible =
        Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
    return visible && !member.isSynthetic() && member instanceof AnnotatedElement;
  }

  private static List<Class<?>> types() throws IOException, URISyntaxException {
    URI location = ChannelFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path place = Path.of(location);
    if (Files.isDirectory(place)) {
      return types(place.resolve("dev/weir/spi"));
    }
    try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
      return types(jar.getPath("dev/weir/spi"));
    }
  }

  private static List<Class<?>> types(Path folder) throws IOException {
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (String name : files.map(f -> f.getFileName().toString()).sorted().toList()) {
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          Class<?> type = load("dev.weir.spi." + name.substring(0, name.length() - 6));
          if (Modifier.isPublic(type.getModifiers())) {
            found.add(type);
          }
        }
      }
    }
    return found;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
