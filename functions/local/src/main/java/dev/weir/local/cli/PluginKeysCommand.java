package dev.weir.local.cli;

import dev.weir.core.json.Json;
import dev.weir.loader.PluginSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Publishers' keys. */
@Command(
    name = "keys",
    description = "Publishers' keys: make a pair, trust a publisher, list who is trusted.",
    subcommands = {
      PluginKeysCommand.New.class,
      PluginKeysCommand.Trust.class,
      PluginKeysCommand.Many.class
    },
    footerHeading = "%nExample:%n",
    footer = "  weir plugin keys new ours && weir plugin keys trust ours ours.pub")
final class PluginKeysCommand extends Group {

  @Command(name = "new", description = "Makes NAME.key (keep it secret) and NAME.pub.")
  static final class New extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "A file name without an ending.")
    Path name = Path.of("");

    @Override
    public Integer call() {
      PluginSigner.Keys keys = PluginSigner.generate();
      Path secret = name.resolveSibling(name.getFileName() + ".key");
      Path open = name.resolveSibling(name.getFileName() + ".pub");
      try {
        Files.createFile(
            secret,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, keys.privateKey() + "\n", StandardCharsets.US_ASCII);
        Files.writeString(
            open,
            keys.publicKey() + "\n",
            StandardCharsets.US_ASCII,
            StandardOpenOption.CREATE_NEW);
      } catch (FileAlreadyExistsException e) {
        throw Failure.usage(e.getFile() + " exists; a key is never overwritten");
      } catch (IOException e) {
        throw Failure.machine(name + " cannot be written: " + e.getMessage(), e);
      }
      return show(
          Json.MAPPER.valueToTree(
              Map.of("privateKey", secret.toString(), "publicKey", open.toString())),
          k -> secret + " (keep it secret), " + open);
    }
  }

  @Command(name = "trust", description = "Lets the deployment load what this publisher signed.")
  static final class Trust extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME")
    String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The publisher's .pub file.")
    Path file = Path.of("");

    @Override
    public Integer call() {
      return show(
          api().post("/local/v1/publishers", Map.of("name", name, "publicKey", Plugins.text(file))),
          p -> "publisher " + name + " is trusted");
    }
  }

  @Command(name = "list", description = "Who is trusted.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/local/v1/publishers",
          "nobody is trusted yet: weir plugin keys trust NAME FILE",
          Column.of("publisher", "name"));
    }
  }
}
