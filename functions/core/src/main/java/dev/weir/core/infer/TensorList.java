package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.model.Models;
import dev.weir.core.model.Task;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The tensors that a model takes and gives, as the Open Inference Protocol describes them. */
record TensorList(List<Tensor> inputs, List<Tensor> outputs) {

  static final TensorList NONE = new TensorList(List.of(), List.of());

  private static final String NUMBER = "FP64";
  private static final String TEXT = "BYTES";
  private static final int ANY = -1;

  /** One column: a value for each instance of the batch. */
  record Tensor(String name, String datatype) {}

  /** Of a version that was trained here; none where it is not in the registry. */
  static TensorList of(Ports ports, String reference) {
    int colon = reference.lastIndexOf(':');
    return new Models(ports)
        .get(reference.substring(0, colon), Integer.parseInt(reference.substring(colon + 1)))
        .flatMap(
            version -> version.blob("model.json").map(blob -> read(ports, blob, version.task())))
        .orElse(NONE);
  }

  private static TensorList read(Ports ports, String blob, Task task) {
    try (InputStream in = ports.blobs().open(blob).orElseThrow(() -> missing(blob))) {
      JsonNode model = Json.MAPPER.readTree(in);
      List<Tensor> inputs = new ArrayList<>();
      model
          .path("features")
          .forEach(feature -> inputs.add(new Tensor(feature.path("name").asText(), NUMBER)));
      return switch (task) {
        case TEXT_CLASSIFICATION ->
            new TensorList(
                List.of(new Tensor("text", TEXT)),
                List.of(
                    new Tensor("label", TEXT),
                    new Tensor("score", NUMBER),
                    new Tensor("answered", "BOOL"),
                    new Tensor("answer", TEXT)));
        case TABULAR_CLASSIFICATION ->
            new TensorList(inputs, List.of(new Tensor("label", TEXT), new Tensor("score", NUMBER)));
        case TABULAR_REGRESSION -> new TensorList(inputs, List.of(new Tensor("value", NUMBER)));
      };
    } catch (IOException e) {
      throw new PortException("blob " + blob + " is unreadable", e);
    }
  }

  private static PortException missing(String blob) {
    return new PortException("blob " + blob + " is missing");
  }

  void addTo(ObjectNode metadata) {
    add(metadata.putArray("inputs"), inputs);
    add(metadata.putArray("outputs"), outputs);
  }

  private static void add(ArrayNode to, List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      to.addObject()
          .put("name", tensor.name())
          .put("datatype", tensor.datatype())
          .putArray("shape")
          .add(ANY);
    }
  }
}
