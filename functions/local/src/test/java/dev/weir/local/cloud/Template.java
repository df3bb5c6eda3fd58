package dev.weir.local.cloud;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A template of this repository; {@code !Ref x} reads as {@code {"!Ref": "x"}}. */
record Template(Path file, Map<String, Object> root) {

  /** The repository's root; tests run in the module's folder. */
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  /** A resource by its logical id. */
  record Resource(String id, String type, Map<String, Object> all, Map<String, Object> properties) {

    Object get(String property) {
      Object value = properties.get(property);
      if (value == null) {
        throw new AssertionError(id + " has no " + property);
      }
      return value;
    }

    String text(String property) {
      return Template.text(get(property));
    }
  }

  static Template main() {
    return read(ROOT.resolve("template.yaml"));
  }

  static Template channel() {
    return read(ROOT.resolve("infra/channel.yaml"));
  }

  static List<Template> all() {
    try (Stream<Path> files = Files.list(ROOT.resolve("infra"))) {
      List<Template> all = new ArrayList<>(List.of(main()));
      files
          .filter(f -> f.toString().endsWith(".yaml"))
          .sorted()
          .map(Template::read)
          .forEach(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Template read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return new Template(file, map(new Yaml(new Tags()).load(reader)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Resource> resources(String type) {
    return resources().values().stream().filter(r -> r.type().equals(type)).toList();
  }

  Resource resource(String id) {
    Resource resource = resources().get(id);
    if (resource == null) {
      throw new AssertionError(file.getFileName() + " has no resource " + id);
    }
    return resource;
  }

  private Map<String, Resource> resources() {
    Map<String, Resource> resources = new TreeMap<>();
    section("Resources")
        .forEach((id, value) -> {
          Map<String, Object> all = map(value);
          Map<String, Object> properties =
              new TreeMap<>(map(all.getOrDefault("Properties", Map.of())));
          if (all.get("Type").equals("AWS::Serverless::Function")) {
            globals().forEach(properties::putIfAbsent);
          }
          resources.put(id, new Resource(id, text(all.get("Type")), all, properties));
        });
    return resources;
  }

  private Map<String, Object> globals() {
    return map(map(root.getOrDefault("Globals", Map.of())).getOrDefault("Function", Map.of()));
  }

  Map<String, Object> section(String name) {
    return map(root.getOrDefault(name, Map.of()));
  }

  /** The environment variables of a function. */
  static Map<String, Object> variables(Resource function) {
    return map(map(function.get("Environment")).get("Variables"));
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  /** A text, or what {@code !Ref}, {@code !Sub} or {@code !GetAtt} says. */
  static String text(Object value) {
    return value instanceof Map<?, ?> tagged && tagged.size() == 1
        ? text(tagged.values().iterator().next())
        : String.valueOf(value);
  }

  private static final class Tags extends SafeConstructor {
    Tags() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return Map.of(node.getTag().getValue(), value(node));
            }
          });
    }

    private Object value(Node node) {
      return switch (node) {
        case ScalarNode scalar -> scalar.getValue();
        case SequenceNode sequence -> constructSequence(sequence);
        case MappingNode mapping -> constructMapping(mapping);
        default -> throw new IllegalStateException("node " + node.getNodeId());
      };
    }
  }
}
