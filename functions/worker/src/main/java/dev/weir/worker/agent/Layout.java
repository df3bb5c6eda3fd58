package dev.weir.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.AgentWire.Assignment;
import dev.weir.core.json.Json;
import dev.weir.worker.train.Checkpoints;
import dev.weir.worker.train.Folders;
import dev.weir.worker.train.Origin;
import dev.weir.worker.train.TrainProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Lays out SageMaker's training contract for an attempt. */
final class Layout {

  private static final System.Logger LOG = System.getLogger(Layout.class.getName());

  private final GatewayClient gateway;
  private final Folders folders;

  Layout(GatewayClient gateway, Folders folders) {
    this.gateway = gateway;
    this.folders = folders;
  }

  void lay(Assignment assignment) throws IOException {
    folders.create();
    write("hyperparameters.json", hyperparameters(assignment));
    ObjectNode channels = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, AgentWire.Input> input : assignment.inputs().entrySet()) {
      channels
          .putObject(input.getKey())
          .put("TrainingInputMode", "File")
          .put("S3DistributionType", "FullyReplicated")
          .put("RecordWrapperType", "None")
          .put("ContentType", "application/json");
      Path folder = folders.data(input.getKey());
      Files.createDirectories(folder);
      Path file = folder.resolve(input.getValue().file());
      gateway.get(input.getValue().url(), file);
      if (Files.size(file) != input.getValue().bytes()) {
        throw new IOException(
            "input %s has %d B, not %d B"
                .formatted(input.getKey(), Files.size(file), input.getValue().bytes()));
      }
    }
    write("inputdataconfig.json", channels);
    ObjectNode resources = Json.MAPPER.createObjectNode().put("current_host", "algo-1");
    resources.putArray("hosts").add("algo-1");
    write("resourceconfig.json", resources.put("network_interface_name", "lo"));
    if (assignment.checkpoint().isPresent()) {
      restore(assignment.checkpoint().get());
    }
  }

  /** Flat, every value a string, JSON where the value is no string. */
  static ObjectNode hyperparameters(Assignment assignment) {
    ObjectNode flat = Json.MAPPER.createObjectNode();
    JsonNode recipe = Json.MAPPER.valueToTree(assignment.recipe());
    recipe
        .properties()
        .forEach(field -> {
          JsonNode value = field.getValue();
          flat.put(field.getKey(), value.isTextual() ? value.asText() : value.toString());
        });
    Origin origin = new Origin(assignment.model(), assignment.lineage());
    return flat.put(TrainProgram.ORIGIN, Json.write(origin));
  }

  private void write(String file, JsonNode json) throws IOException {
    Files.writeString(folders.config(file), Json.write(json));
  }

  /** A checkpoint that is not what it should be is left out: the attempt begins anew. */
  private void restore(AgentWire.CheckpointFile checkpoint) throws IOException {
    Path archive = folders.base().resolve("checkpoint.zip");
    gateway.get(checkpoint.url(), archive);
    if (!Archive.sha256(archive).equals(checkpoint.sha256())) {
      LOG.log(System.Logger.Level.ERROR, "checkpoint of step {0} is not intact", checkpoint.step());
      return;
    }
    String name = "%s%012d".formatted(Checkpoints.PREFIX, checkpoint.step());
    Path folder = folders.checkpoints().resolve(name);
    if (!Files.exists(folder)) {
      Archive.unpack(archive, folder);
    }
  }
}
