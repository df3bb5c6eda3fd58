package dev.weir.local;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between the folders. All modules are built before this one. */
class ArrowsTest {

  private static final String[] CLOUD = {"software.amazon..", "com.amazonaws..", "dev.weir.aws.."};
  private static final List<String> PLUGINS =
      List.of("social-feishu", "social-slack", "partner-reseller", "marketplace-aws");
  private static final JavaClasses ALL = load();

  private static JavaClasses load() {
    Path root = Path.of("..", "..").toAbsolutePath().normalize();
    List<Path> folders = new ArrayList<>();
    for (String module :
        List.of("core", "aws", "gateway", "channel-loader", "channel-host", "worker", "local")) {
      folders.add(root.resolve("functions/" + module + "/target/classes"));
    }
    for (String module : List.of("spi", "kit", "tck")) {
      folders.add(root.resolve("plugins/" + module + "/target/classes"));
    }
    PLUGINS.forEach(id -> folders.add(root.resolve("plugins/" + id + "/target/classes")));
    folders.forEach(folder -> assertTrue(Files.isDirectory(folder), folder + " is not built"));
    return new ClassFileImporter().importPaths(folders);
  }

  private static void check(ArchRule rule) {
    rule.check(ALL);
  }

  @Test
  void coreKnowsNoCloudNoPluginsAndNoEngine() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CLOUD));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.pf4j..",
                "ai.djl..",
                "ai.onnxruntime..",
                "dev.weir.spi..",
                "dev.weir.loader..",
                "dev.weir.host..",
                "dev.weir.gateway..",
                "dev.weir.worker..",
                "dev.weir.local.."));
  }

  @Test
  void packagesOfCoreHaveNoCycles() {
    check(slices().matching("dev.weir.core.(*)..").should().beFreeOfCycles());
  }

  @Test
  void spiKnowsTheJdkAndOneMarker() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.weir.spi..")
            .should()
            .onlyDependOnClassesThat(
                resideInAPackage("java..")
                    .or(resideInAPackage("dev.weir.spi.."))
                    .or(resideInAPackage("org.jspecify.."))
                    .or(resideInAPackage("org.pf4j").and(simpleName("ExtensionPoint")))));
  }

  @Test
  void gatewayKnowsNeitherPluginsNorEngines() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.pf4j..",
                "ai.djl..",
                "dev.weir.spi..",
                "dev.weir.loader..",
                "dev.weir.host..",
                "dev.weir.worker..",
                "dev.weir.local.."));
  }

  @Test
  void cloudIsKnownOnlyInWiring() {
    check(
        noClasses()
            .that(
                resideInAPackage("dev.weir.gateway..")
                    .or(resideInAPackage("dev.weir.host.."))
                    .and(not(simpleName("Wiring"))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.weir.aws..", "software.amazon.."));
  }

  @Test
  void loaderKnowsNoCore() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.loader..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.weir.core..", "dev.weir.gateway..", "dev.weir.aws..", "dev.weir.host.."));
  }

  @Test
  void hostIsTheOnlyTranslatorBetweenSpiAndCore() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.weir.host..",
                "dev.weir.spi..",
                "dev.weir.loader..",
                "dev.weir.local..",
                "dev.weir.tck..",
                "dev.weir.social..",
                "dev.weir.plugin..",
                "dev.weir.kit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.weir.spi.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.host..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "ai.djl..", "dev.weir.gateway..", "dev.weir.worker..", "dev.weir.local.."));
  }

  @Test
  void workerKnowsNoLambdaNoPluginsAndNoCloud() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CLOUD));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.weir.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.pf4j..",
                "dev.weir.spi..",
                "dev.weir.gateway..",
                "dev.weir.host..",
                "dev.weir.loader..",
                "dev.weir.local.."));
  }

  @Test
  void pluginsAndSimulatorsKnowNoCore() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.weir.social..", "dev.weir.plugin..", "dev.weir.kit..", "dev.weir.tck.sim..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.weir.core..",
                "dev.weir.gateway..",
                "dev.weir.host..",
                "dev.weir.aws..",
                "dev.weir.worker..",
                "dev.weir.local..",
                "software.amazon..",
                "com.amazonaws.."));
  }

  @Test
  void nobodyKnowsTheMachine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.local..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.weir.local.."));
  }
}
