package io.tickraft.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.JavaModifier.VOLATILE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/**
 * Which package may use which, and that nothing is synchronized.
 *
 * <p>A rule is built over a root package: {@code io.tickraft}, where it holds, or the samples,
 * where {@link #breaker} breaks it.
 */
enum Rule {
  QUORUM_KNOWS_NOTHING("QuorumUsingLog") {
    @Override
    ArchRule under(String root) {
      return room(root, "quorum");
    }
  },
  LOG_KNOWS_CHANGES_AND_SIZES("LogUsingRaft") {
    @Override
    ArchRule under(String root) {
      return room(root, "log", "core", "core.membership", "core.validate");
    }
  },
  PROGRESS_KNOWS_THE_LOG("ProgressUsingRaft") {
    @Override
    ArchRule under(String root) {
      return room(root, "progress", "core", "core.log");
    }
  },
  MEMBERSHIP_KNOWS_QUORUMS("MembershipUsingProgress") {
    @Override
    ArchRule under(String root) {
      return room(root, "membership", "core", "core.quorum");
    }
  },
  VALIDATE_KNOWS_CONFIGURATIONS("ValidatorUsingRaft") {
    @Override
    ArchRule under(String root) {
      return room(root, "validate", "core", "core.membership");
    }
  },
  ONLY_THE_DOOR_KNOWS_RAFT("ResultUsingRaft") {
    @Override
    ArchRule under(String root) {
      return noClasses()
          .that()
          .resideInAPackage(root + ".core")
          .and(not(rawNode()))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(root + ".core.raft..");
    }
  },
  NOTHING_INSIDE_KNOWS_THE_DOOR("RaftUsingRawNode") {
    @Override
    ArchRule under(String root) {
      return noClasses()
          .that()
          .resideInAPackage(root + ".core.*..")
          .should()
          .dependOnClassesThat(resideInAPackage(root + ".core").and(rawNode()));
    }
  },
  THE_API_SHOWS_NO_IMPLEMENTATION("ApiShowingLog") {
    @Override
    ArchRule under(String root) {
      return classes()
          .that()
          .resideInAPackage(root + ".core")
          .and()
          .arePublic()
          .should(new ShowOnly(not(resideInAPackage(root + ".core.*.."))));
    }
  },
  NO_METHOD_IS_SYNCHRONIZED("SynchronizedMethod") {
    @Override
    ArchRule under(String root) {
      return methods().that().areDeclaredInClassesThat(production(root)).should(lack(SYNCHRONIZED));
    }
  },
  NO_BLOCK_IS_SYNCHRONIZED("SynchronizedBlock") {
    @Override
    ArchRule under(String root) {
      return classes().that(production(root)).should(new EnterNoMonitor());
    }
  },
  NO_FIELD_IS_VOLATILE("VolatileField") {
    @Override
    ArchRule under(String root) {
      return fields().that().areDeclaredInClassesThat(production(root)).should(lack(VOLATILE));
    }
  },
  NO_STATIC_FIELD_CHANGES("StaticCounter") {
    @Override
    ArchRule under(String root) {
      return fields()
          .that()
          .areDeclaredInClassesThat(production(root))
          .and()
          .haveModifier(STATIC)
          .should()
          .haveModifier(FINAL);
    }
  },
  NO_THREADS_AND_LOCKS("LockUser") {
    @Override
    ArchRule under(String root) {
      // What notices a second thread asks which thread calls. ForbiddenApisTest holds it to that.
      return noClasses()
          .that(production(root))
          .and(not(simpleName("SingleOwner")))
          .should()
          .dependOnClassesThat(
              resideInAPackage("java.util.concurrent..")
                  .or(JavaClass.Predicates.assignableTo(Thread.class)));
    }
  },
  THE_TESTKIT_USES_THE_API("SimulatorUsingRaft") {
    @Override
    ArchRule under(String root) {
      return noClasses()
          .that()
          .resideInAPackage(root + ".testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(root + ".core.*..")
          .allowEmptyShould(true);
    }
  },
  ORACLES_SHARE_NO_CODE_WITH_THE_CORE("OracleUsingExplorer") {
    @Override
    ArchRule under(String root) {
      return noClasses()
          .that()
          .resideInAPackage(root + ".testkit.oracle..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(root + ".core.*..", root + ".testkit.explore..")
          .allowEmptyShould(true);
    }
  };

  private final String breaker;

  Rule(String breaker) {
    this.breaker = breaker;
  }

  /** The rule over the packages below {@code root}. */
  abstract ArchRule under(String root);

  /** The simple name of the sample that breaks the rule. */
  String breaker() {
    return breaker;
  }

  /** A package of the core that uses no other part of it than the named ones. */
  private static ArchRule room(String root, String room, String... used) {
    String own = root + ".core." + room;
    String[] allowed =
        Stream.concat(Stream.of(own + ".."), Stream.of(used).map(name -> root + "." + name))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(own + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(root + ".core..").and(not(resideInAnyPackage(allowed))));
  }

  private static DescribedPredicate<JavaClass> production(String root) {
    return resideInAnyPackage(root + ".core..", root + ".testkit..");
  }

  private static DescribedPredicate<JavaClass> rawNode() {
    return simpleName("RawNode");
  }

  private static Lack lack(com.tngtech.archunit.core.domain.JavaModifier modifier) {
    return new Lack(modifier);
  }
}
