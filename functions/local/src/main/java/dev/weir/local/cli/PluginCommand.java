package dev.weir.local.cli;

import dev.weir.core.channel.Plugin;
import dev.weir.core.json.Json;
import dev.weir.loader.Limits;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.PluginFile;
import dev.weir.loader.PluginLoader;
import dev.weir.loader.PluginRefused;
import dev.weir.loader.PluginSigner;
import dev.weir.local.plugin.PluginRecords;
import dev.weir.local.plugin.PluginView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plugins: the kinds of channel that a deployment can open. */
@Command(
    name = "plugin",
    description = "Plugins: sign, verify, install; nothing unsigned is ever loaded.",
    subcommands = {
      PluginCommand.Sign.class,
      PluginCommand.Verify.class,
      PluginCommand.Install.class,
      PluginCommand.Announce.class,
      PluginCommand.Many.class,
      PluginKeysCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir plugin keys new ours                      makes ours.key and ours.pub",
      "  weir plugin sign social-slack.jar --key ours.key",
      "  weir plugin verify social-slack.jar --key ours.pub",
      "  weir plugin keys trust ours ours.pub",
      "  weir plugin install social-slack.jar"
    })
final class PluginCommand extends Group {

  @Command(name = "sign", description = "Writes the signature of a jar beside it.")
  static final class Sign extends ApiCommand {
    @Parameters(paramLabel = "JAR", description = "The plugin; its signature lies beside it.")
    Path jar = Path.of("");

    @Option(names = "--key", required = true, description = "The publisher's private key.")
    Path key = Path.of("");

    @Override
    public Integer call() {
      readFile(jar, Limits.JAR_MAX_BYTES);
      try {
        Path signature = PluginSigner.sign(jar, Plugins.text(key));
        return show(
            Json.MAPPER.valueToTree(Map.of("signature", signature.toString())),
            s -> signature.toString());
      } catch (IllegalArgumentException e) {
        throw Failure.usage(key + ": " + e.getMessage());
      } catch (IOException e) {
        throw Failure.machine(jar + " cannot be signed: " + e.getMessage(), e);
      }
    }
  }

  /** Reads a jar as a deployment would; needs no server for it. */
  abstract static class OfSignedJar extends ApiCommand {
    @Parameters(paramLabel = "JAR", description = "The plugin; its signature lies beside it.")
    Path jar = Path.of("");

    @Option(names = "--key", required = true, description = "The publisher's public key.")
    List<Path> keys = List.of();

    /** The jar as a deployment would load it, by the publishers' keys. */
    final LoadedPlugin load() {
      try {
        return new PluginLoader(keys.stream().map(Plugins::text).toList()).load(PluginFile.of(jar));
      } catch (IllegalArgumentException e) {
        throw Failure.usage("--key " + keys + ": " + e.getMessage());
      } catch (PluginRefused e) {
        throw Failure.doesNotHold(jar + " is refused: " + e.getMessage());
      }
    }
  }

  @Command(name = "verify", description = "Checks a jar as a deployment would; needs no server.")
  static final class Verify extends OfSignedJar {
    @Override
    public Integer call() {
      try (LoadedPlugin plugin = load()) {
        PluginView view = PluginView.of(plugin);
        return show(
            Json.MAPPER.valueToTree(view),
            v -> "%s is a good plugin: %s (%s)".formatted(jar, view.id(), view.kind()));
      }
    }
  }

  @Command(
      name = "record",
      description = {
        "Tells a cloud deployment what a plugin is, from its verified jar.",
        "There the jar itself is a layer of the channel's function. `install` does both at once."
      },
      footerHeading = "%nExample:%n",
      footer = "  weir plugin record social-slack.jar --key ours.pub --url https://weir.example")
  static final class Announce extends OfSignedJar {
    @Override
    public Integer call() {
      try (LoadedPlugin plugin = load()) {
        Plugin known = PluginRecords.of(plugin);
        return show(
            api().put("/control/v1/plugins/" + Api.encode(known.id()), known),
            p -> "plugin %s (%s) is recorded".formatted(text(p, "id"), text(p, "kind")));
      }
    }
  }

  @Command(name = "install", description = "Gives a signed jar to the deployment.")
  static final class Install extends ApiCommand {
    @Parameters(paramLabel = "JAR", description = "The plugin; its signature lies beside it.")
    Path jar = Path.of("");

    @Override
    public Integer call() {
      return show(
          Plugins.install(api(), jar),
          p -> "plugin %s (%s) is installed".formatted(text(p, "id"), text(p, "kind")));
    }
  }

  @Command(name = "list", description = "The installed plugins.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/local/v1/plugins",
          "no plugins yet: weir plugin install JAR",
          Column.of("plugin", "id"),
          Column.of("kind", "kind"),
          Column.of("api", "api"),
          Column.of("capabilities", p -> words(p.path("capabilities"), " ")));
    }
  }
}
