package dev.slipway.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.testing.fault.BrokenSteps;
import io.temporal.activity.ActivityInterface;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls of DESIGN: who may import whom, no cycles, and workflow code that is pure. */
class ArchitectureTests {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.slipway");

    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("dev.slipway..");

    /** Spring finds controllers by itself: the wiring class must not be known by the things it wires. */
    private static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.slipway.(**)").should().beFreeOfCycles();

    private static final ArchRule DOMAIN_IMPORTS_NOTHING = classes()
            .that()
            .resideInAPackage("dev.slipway.domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.slipway.domain..", "java..", "javax.crypto..", "org.jspecify..");

    private static final ArchRule FORMATS_IMPORT_DOMAIN =
            onlyImportOurs("dev.slipway.formats..", "dev.slipway.domain..");

    private static final ArchRule WORKFLOWS_IMPORT_DOMAIN =
            onlyImportOurs("dev.slipway.workflows..", "dev.slipway.domain..");

    private static final ArchRule ACTIVITIES_IMPORT_CONTRACTS = onlyImportOurs(
            "dev.slipway.activities..",
            "dev.slipway.domain..",
            "dev.slipway.formats..",
            "dev.slipway.instance.client..",
            "dev.slipway.workflows.contract..");

    /** The one way to speak to instances: for whoever calls them, and no more than HTTP. */
    private static final ArchRule INSTANCE_CLIENT_IMPORTS_DOMAIN =
            onlyImportOurs("dev.slipway.instance.client..", "dev.slipway.domain.instance..");

    private static final ArchRule POSTGRES_IMPORTS_DOMAIN =
            onlyImportOurs("dev.slipway.adapters.postgres..", "dev.slipway.domain..");

    private static final ArchRule OBJECT_STORE_IMPORTS_DOMAIN =
            onlyImportOurs("dev.slipway.adapters.objectstore..", "dev.slipway.domain..");

    private static final ArchRule IMAGES_IMPORT_DOMAIN =
            onlyImportOurs("dev.slipway.adapters.images..", "dev.slipway.domain..");

    private static final ArchRule LOCAL_IMPORTS_DOMAIN = onlyImportOurs(
            "dev.slipway.adapters.local..",
            "dev.slipway.domain..",
            "dev.slipway.instance.client..",
            "dev.slipway.runtime..");

    private static final ArchRule GATEWAY_IMPORTS_DOMAIN_AND_ITS_LINK = onlyImportOurs(
            "dev.slipway.gateway..",
            "dev.slipway.domain..",
            "dev.slipway.instance.client..",
            "dev.slipway.adapters.postgres..");

    private static final ArchRule PARTS_KNOW_NOTHING_OF_OURS = onlyImportOurs("dev.slipway.parts..");

    private static final ArchRule CLIENT_IMPORTS_FORMATS =
            onlyImportOurs("dev.slipway.client..", "dev.slipway.formats..");

    /** {@code domain} for what the readers of {@code formats} give. */
    private static final ArchRule CLI_IMPORTS_CLIENT = onlyImportOurs(
            "dev.slipway.cli..", "dev.slipway.client..", "dev.slipway.formats..", "dev.slipway.domain..");

    private static final ArchRule COMMANDS_START_WITHOUT_SPRING = noClasses()
            .that()
            .resideInAnyPackage("dev.slipway.cli..", "dev.slipway.client..", "dev.slipway.formats..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "io.temporal..", "software.amazon..", "org.slf4j..");

    private static final ArchRule API_KNOWS_NO_WORKFLOW = noClasses()
            .that()
            .resideInAPackage("dev.slipway.api..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.slipway.workflows..")
                    .and(not(resideInAnyPackage(
                            "dev.slipway.workflows.contract..", "dev.slipway.workflows.connection.."))));

    /** Headers are parameters of their own types, so that the description of the API has them. */
    private static final ArchRule CONTROLLERS_READ_NO_HEADERS = noClasses()
            .that()
            .areAnnotatedWith("org.springframework.web.bind.annotation.RestController")
            .should()
            .callMethodWhere(target(nameMatching("getHeaders?"))
                    .and(target(owner(assignableTo("jakarta.servlet.http.HttpServletRequest")))));

    private static final ArchRule NOBODY_IMPORTS_THE_RUNNABLES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.slipway.worker..", "dev.slipway.api..", "dev.slipway.gateway..", "dev.slipway.standalone..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.slipway.worker..", "dev.slipway.api..", "dev.slipway.gateway..");

    private static final ArchRule RUNNABLES_DO_NOT_IMPORT_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("dev.slipway.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.slipway.worker..", "dev.slipway.api..");

    /** ArchUnit sees direct calls only, so both the workflows and the domain they call are named. */
    private static final ArchRule WORKFLOWS_ARE_PURE = noClasses()
            .that(resideInAPackage("dev.slipway.workflows..")
                    .and(not(resideInAnyPackage("dev.slipway.workflows.connection.."))))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.io..",
                            "java.net..",
                            "java.nio..",
                            "java.util.concurrent..",
                            "java.sql..",
                            "org.springframework..",
                            "software.amazon..")
                    .or(named(
                            "java.util.Random",
                            "java.security.SecureRandom",
                            "java.time.Clock",
                            "java.lang.Thread",
                            "java.lang.ThreadLocal")));

    private static final ArchRule WORKFLOWS_ASK_NO_CLOCK = noClasses()
            .that(resideInAnyPackage("dev.slipway.workflows..", "dev.slipway.domain..")
                    .and(not(resideInAnyPackage("dev.slipway.workflows.connection.."))))
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    /** See docs/decisions/0020. */
    private static final ArchRule NOBODY_WAITS_ON_A_MONITOR = noClasses()
            .that(OURS.and(not(resideInAnyPackage("dev.slipway.testing.."))))
            .should()
            .callMethod(Object.class, "wait")
            .orShould()
            .callMethod(Object.class, "wait", long.class)
            .orShould()
            .callMethod(Object.class, "wait", long.class, int.class);
    /** So that nobody waits for it with a row locked, and two do not give it different orders. */
    private static final ArchRule ONLY_THE_RECONCILER_COMMANDS_THE_CLUSTER = noClasses()
            .that(not(resideInAnyPackage("dev.slipway.testing..", "dev.slipway.adapters.local.."))
                    .and(not(named("dev.slipway.worker.instance.ClusterReconciler"))))
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "it is one of the cluster's but those that read a log",
                    (JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(Cluster.class)
                            && !Set.of("logTail", "logName").contains(call.getName())));

    private static final ArchRule DOMAIN_DOES_NO_IO = noClasses()
            .that()
            .resideInAPackage("dev.slipway.domain..")
            .should()
            .dependOnClassesThat(
                    named("java.nio.file.Files", "java.io.File", "java.net.http.HttpClient", "java.net.Socket"));

    @TestFactory
    Stream<DynamicTest> walls() {
        return Stream.of(
                        Map.entry("packages have no cycles", PACKAGES_HAVE_NO_CYCLES),
                        Map.entry("domain imports nothing", DOMAIN_IMPORTS_NOTHING),
                        Map.entry("formats import domain", FORMATS_IMPORT_DOMAIN),
                        Map.entry("workflows import domain", WORKFLOWS_IMPORT_DOMAIN),
                        Map.entry("activities import contracts", ACTIVITIES_IMPORT_CONTRACTS),
                        Map.entry("instance client imports domain", INSTANCE_CLIENT_IMPORTS_DOMAIN),
                        Map.entry("postgres imports domain", POSTGRES_IMPORTS_DOMAIN),
                        Map.entry("object store imports domain", OBJECT_STORE_IMPORTS_DOMAIN),
                        Map.entry("images import domain", IMAGES_IMPORT_DOMAIN),
                        Map.entry("local imports domain", LOCAL_IMPORTS_DOMAIN),
                        Map.entry("gateway imports domain and its link", GATEWAY_IMPORTS_DOMAIN_AND_ITS_LINK),
                        Map.entry("parts know nothing of ours", PARTS_KNOW_NOTHING_OF_OURS),
                        Map.entry("client imports formats", CLIENT_IMPORTS_FORMATS),
                        Map.entry("cli imports client", CLI_IMPORTS_CLIENT),
                        Map.entry("commands start without Spring", COMMANDS_START_WITHOUT_SPRING),
                        Map.entry("api knows no workflow", API_KNOWS_NO_WORKFLOW),
                        Map.entry("controllers read no headers", CONTROLLERS_READ_NO_HEADERS),
                        Map.entry("nobody imports the runnables", NOBODY_IMPORTS_THE_RUNNABLES),
                        Map.entry("runnables do not import each other", RUNNABLES_DO_NOT_IMPORT_EACH_OTHER),
                        Map.entry("workflows are pure", WORKFLOWS_ARE_PURE),
                        Map.entry("workflows ask no clock", WORKFLOWS_ASK_NO_CLOCK),
                        Map.entry("nobody waits on a monitor", NOBODY_WAITS_ON_A_MONITOR),
                        Map.entry("only the reconciler commands the cluster", ONLY_THE_RECONCILER_COMMANDS_THE_CLUSTER),
                        Map.entry("domain does no io", DOMAIN_DOES_NO_IO))
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(),
                        () -> rule.getValue().allowEmptyShould(true).check(ALL)));
    }

    @Test
    void everyStepIsBrokenInATest() {
        Set<String> interfaces = ALL.stream()
                .filter(type -> type.isAnnotatedWith(ActivityInterface.class))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());

        assertThat(BrokenSteps.interfaces()).containsExactlyInAnyOrderElementsOf(interfaces);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that(OURS)
                .should(new com.tngtech.archunit.lang.ArchCondition<>("lie in a package that is @NullMarked") {
                    @Override
                    public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
                        boolean marked = type.getPackage()
                                .tryGetAnnotationOfType("org.jspecify.annotations.NullMarked")
                                .isPresent();
                        if (!marked) {
                            events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                    type,
                                    "package '%s' has no @NullMarked package-info".formatted(type.getPackageName())));
                        }
                    }
                })
                .check(ALL);
    }

    private static ArchRule onlyImportOurs(String of, String... allowed) {
        String[] own = new String[allowed.length + 1];
        own[0] = of;
        System.arraycopy(allowed, 0, own, 1, allowed.length);
        return classes()
                .that()
                .resideInAPackage(of)
                .should()
                .onlyDependOnClassesThat(not(OURS).or(resideInAnyPackage(own)))
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        java.util.Set<String> wanted = java.util.Set.of(names);
        return DescribedPredicate.describe("are one of " + wanted, type -> wanted.contains(type.getName()));
    }
}
