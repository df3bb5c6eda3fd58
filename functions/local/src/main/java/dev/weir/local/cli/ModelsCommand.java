package dev.weir.local.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Models, their versions and aliases. */
@Command(
    name = "models",
    description = "Models: versions that never change, aliases that move.",
    subcommands = {ModelsCommand.Many.class, ModelsCommand.Show.class, ModelsCommand.Alias.class},
    footerHeading = "%nExample:%n",
    footer = "  weir models alias support champion 3")
final class ModelsCommand extends Group {

  @Command(name = "list", description = "All models.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/control/v1/models",
          "no models yet: weir train RECIPE",
          Column.of("model", "name"),
          Column.of("task", "task"),
          Column.number("latest", "latest"),
          Column.of("aliases", "aliases"));
    }
  }

  @Command(name = "show", description = "A model's versions with metrics and lineage.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "The model's name.")
    String name = "";

    @Override
    public Integer call() {
      return show(api().get("/control/v1/models/" + Api.encode(name)), ApiCommand::pretty);
    }
  }

  @Command(name = "alias", description = "Moves an alias to a version.")
  static final class Alias extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The model's name.")
    String name = "";

    @Parameters(index = "1", paramLabel = "ALIAS", description = "Such as champion.")
    String alias = "";

    @Parameters(index = "2", paramLabel = "VERSION", description = "From 1.")
    int version;

    @Override
    public Integer call() {
      String path = "/control/v1/models/" + Api.encode(name) + "/aliases/" + Api.encode(alias);
      return show(
          api().put(path, Map.of("version", version)),
          m -> "%s %s → version %d".formatted(name, alias, version));
    }
  }
}
