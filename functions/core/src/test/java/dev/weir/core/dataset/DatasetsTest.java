package dev.weir.core.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.feedback.Erasures;
import dev.weir.core.port.Paged;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatasetsTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private final Ports ports = MemoryPorts.create(new SettableClock(START));
  private final Datasets datasets = new Datasets(ports);

  @Test
  void csvIsProfiledAndStoredWithItsTypes() throws IOException {
    DatasetVersion version =
        add(
            AddDataset.inferred("flowers", Format.CSV),
            "\uFEFFid,width,kind,fresh\r\n1,2.5,\"a, b\",true\r\n2,,c,false\r\n2,,c,false\r\n");
    assertEquals(1, version.version());
    assertEquals(
        List.of(
            new Column("id", ColumnType.INTEGER, true),
            new Column("width", ColumnType.NUMBER, false),
            new Column("kind", ColumnType.TEXT, true),
            new Column("fresh", ColumnType.BOOLEAN, true)),
        version.schema().columns());
    assertEquals(3, version.profile().rows());
    assertEquals(1, version.profile().duplicates());
    assertEquals(2, version.profile().column("width").orElseThrow().nulls());
    assertEquals(
        Map.of("a, b", 1L, "c", 2L), version.profile().column("kind").orElseThrow().values());
    assertEquals(
        "{\"id\":1,\"width\":2.5,\"kind\":\"a, b\",\"fresh\":true}",
        rows(version).lines().findFirst().orElseThrow());
  }

  @Test
  void theSameFileIsTheSameVersionAndAnotherIsTheNext() {
    AddDataset command = AddDataset.inferred("d", Format.CSV);
    assertEquals(1, add(command, "a\n1\n").version());
    assertEquals(1, add(command, "a\n1\n").version());
    assertEquals(2, add(command, "a\n2\n").version());
    assertEquals(
        List.of(2, 1),
        datasets.versions("d", Paged.Request.FIRST).items().stream()
            .map(DatasetSummary::version)
            .toList());
    assertEquals(1, datasets.list(Paged.Request.FIRST).items().size());
    assertEquals(1, datasets.require("d", Optional.of(1)).version());
  }

  @Test
  void raggedRowsAreRefusedWithTheirLines() {
    Problem problem = refused(AddDataset.inferred("d", Format.CSV), "a,b\n1,2\n3\n\"x\ny\",4,5\n");
    assertEquals(422, problem.status());
    assertEquals(
        "bad rows 2 > 0; the first at line 3: 1 fields, the header has 2 columns",
        problem.detail());
    assertEquals(
        List.of("line 3", "line 4"),
        problem.errors().stream().map(Problem.Violation::pointer).toList());
  }

  @Test
  void badRowsAreDroppedAsAskedAndCounted() throws IOException {
    AddDataset command =
        new AddDataset("d", Format.JSONL, Optional.empty(), OnBadRow.DROP, Optional.empty());
    DatasetVersion version =
        add(command, "{\"a\":1}\n{\"a\":\n\n{\"a\":{\"b\":1}}\n[]\n{\"a\":2}\n");
    assertEquals(2, version.profile().rows());
    assertEquals(3, version.profile().badRows());
    assertEquals(List.of(2L, 4L, 5L), version.profile().bad().stream().map(BadRow::line).toList());
    assertEquals("{\"a\":1}\n{\"a\":2}\n", rows(version));
  }

  @Test
  void wrongTypesUnderADeclaredSchemaNameLineColumnAndValue() {
    Schema schema =
        Schema.of(
            List.of(
                new Column("age", ColumnType.INTEGER, true),
                new Column("name", ColumnType.TEXT, false)));
    AddDataset command =
        new AddDataset("d", Format.CSV, Optional.of(schema), OnBadRow.REFUSE, Optional.empty());
    Problem problem = refused(command, "age,name\n1,x\nabc,y\n,z\n");
    assertEquals("column age: 'abc' is not integer", problem.errors().get(0).detail());
    assertEquals("line 4", problem.errors().get(1).pointer());
    assertEquals("column age: empty, but required", problem.errors().get(1).detail());
    assertTrue(
        refused(command, "age,nome\n1,x\n").detail().contains("column 'name' is not in the file"));
  }

  @Test
  void whoseWordsAVersionHoldsIsListedWithoutNamesAndFoundFromThePerson() {
    Schema schema =
        new Schema(
            List.of(
                new Column("text", ColumnType.TEXT, true),
                new Column("who", ColumnType.TEXT, true)),
            Optional.of("who"));
    AddDataset command =
        new AddDataset("said", Format.CSV, Optional.of(schema), OnBadRow.REFUSE, Optional.empty());
    String csv = "text,who\nhi,slack/T1/U1\nyes,slack/T1/U2\nno,slack/T1/U2\nhm,slack/T2/a%2Fb\n";
    DatasetVersion version = datasets.add(command, stream(csv));
    assertEquals(3, version.subjects().orElseThrow().count());
    assertEquals(Map.of(), version.profile().column("who").orElseThrow().values());
    assertEquals(3, version.profile().column("who").orElseThrow().distinct());

    Paged<String> first = datasets.subjects(version, new Paged.Request(2, Optional.empty()));
    Paged<String> rest = datasets.subjects(version, new Paged.Request(2, first.next()));
    assertEquals(2, first.items().size());
    assertEquals(1, rest.items().size());
    assertEquals(Optional.empty(), rest.next());
    List<String> ids = new ArrayList<>(first.items());
    ids.addAll(rest.items());
    assertTrue(ids.contains(new Subject("slack", "T2", "a/b").id()), ids.toString());

    DatasetVersion next = datasets.add(command, stream("text,who\nhi,slack/T1/U1\n"));
    assertEquals(2, next.version());
    assertEquals(List.of(1, 2), holding("T1", "U1"));
    assertEquals(List.of(1), holding("T1", "U2"));
    assertEquals(List.of(1, 2), holding("T1", ""));
    assertEquals(List.of(1), holding("T2", "a/b"));
    assertEquals(List.of(), holding("T2", "U1"));

    Problem problem = refused(command, "text,who\nhi,Emma\n");
    assertEquals(
        "column who: not of the form channel/binding/user", problem.errors().get(0).detail());
    Datasets small = new Datasets(ports, new DatasetLimits(100, 9, 9, 50, 1, 10, 1));
    ProblemException tooMany =
        assertThrows(
            ProblemException.class,
            () -> small.add(command, stream("text,who\na,s/t/1\nb,s/t/2\n")));
    assertEquals("line 3: subjects > 1", tooMany.problem().detail());
    assertThrows(
        ProblemException.class, () -> new Schema(schema.columns(), Optional.of("speaker")));
  }

  @Test
  void rowsOfWhoeverAskedToBeForgottenAreRefusedOrLeftOut() {
    Schema schema =
        new Schema(
            List.of(
                new Column("text", ColumnType.TEXT, true),
                new Column("who", ColumnType.TEXT, true)),
            Optional.of("who"));
    Erasures erasures = new Erasures(ports);
    erasures.mark(new Erasures.Mark("slack", "T1", "U1", ports.clock().instant()));
    erasures.mark(new Erasures.Mark("slack", "T2", "", ports.clock().instant()));
    String csv = "text,who\na,slack/T1/U1\nb,slack/T1/U2\nc,slack/T2/U9\nd,slack/T3/U1\n";
    Problem problem =
        assertThrows(
                ProblemException.class,
                () ->
                    datasets.add(said(schema, OnBadRow.REFUSE), stream(csv), erasures.forgotten()))
            .problem();
    assertEquals(
        List.of("line 2", "line 4"),
        problem.errors().stream().map(Problem.Violation::pointer).toList());
    assertTrue(problem.detail().contains("asked to be forgotten"), problem.detail());

    DatasetVersion kept =
        datasets.add(said(schema, OnBadRow.DROP), stream(csv), erasures.forgotten());
    assertEquals(2, kept.profile().rows());
    assertEquals(List.of(), holding("T1", "U1"));
    assertEquals(List.of(1), holding("T1", "U2"));
  }

  private static AddDataset said(Schema schema, OnBadRow onBadRow) {
    return new AddDataset("said", Format.CSV, Optional.of(schema), onBadRow, Optional.empty());
  }

  /** By erasure, as feedback asks for it. */
  private List<Integer> holding(String binding, String user) {
    Erasures.Mark mark = new Erasures.Mark("slack", binding, user, ports.clock().instant());
    return new Erasures(ports)
        .datasets(mark, Paged.Request.FIRST).items().stream().map(DatasetSummary::version).toList();
  }

  @Test
  void filesWithoutRowsAreRefused() {
    AddDataset csv = AddDataset.inferred("d", Format.CSV);
    assertEquals("no rows: the file is empty", refused(csv, "").detail());
    assertEquals("no rows: 0 bad, 0 good", refused(csv, "a,b\n").detail());
    assertEquals(
        "no rows: the file has no readable row",
        refused(AddDataset.inferred("d", Format.JSONL), "\n\n").detail());
  }

  @Test
  void limitsOnBytesRowsColumnsAndCellsHold() {
    Datasets small = new Datasets(ports, new DatasetLimits(100, 2, 2, 5, 1, 10, 1));
    AddDataset csv = AddDataset.inferred("d", Format.CSV);
    assertEquals(
        "the file is larger than 100 bytes", refused(small, csv, "x".repeat(101)).detail());
    assertEquals("line 4: rows > 2", refused(small, csv, "a\n1\n2\n3\n").detail());
    assertEquals("columns 3 > 2", refused(small, csv, "a,b,c\n1,2,3\n").detail());
    assertTrue(refused(small, csv, "a\nabcdef\n").detail().contains("6 characters > 5"));
    assertEquals(413, refused(small, csv, "a\n1\n2\n3\n").status());
  }

  @Test
  void malformedQuotesAndBytesAreRefused() {
    AddDataset csv = AddDataset.inferred("d", Format.CSV);
    assertTrue(refused(csv, "a\n\"x\"y\n").detail().startsWith("malformed CSV"));
    Problem bytes =
        assertThrows(
                ProblemException.class,
                () -> datasets.add(csv, new ByteArrayInputStream(new byte[] {'a', '\n', -1})))
            .problem();
    assertEquals("the file is not UTF-8", bytes.detail());
  }

  @Test
  void namesThatAreNotNamesAreRefused() {
    assertTrue(
        refused(AddDataset.inferred("../x", Format.CSV), "a\n1\n").detail().contains("'../x'"));
  }

  private DatasetVersion add(AddDataset command, String content) {
    return datasets.add(command, stream(content));
  }

  private Problem refused(AddDataset command, String content) {
    return refused(datasets, command, content);
  }

  private static Problem refused(Datasets datasets, AddDataset command, String content) {
    return assertThrows(ProblemException.class, () -> datasets.add(command, stream(content)))
        .problem();
  }

  private static InputStream stream(String content) {
    return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
  }

  private String rows(DatasetVersion version) throws IOException {
    try (InputStream in = ports.blobs().open(version.rowsBlob()).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
