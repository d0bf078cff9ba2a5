package io.tickraft.architecture;

import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** A member lacks a modifier. */
final class Lack extends ArchCondition<JavaMember> {
  private final JavaModifier modifier;

  Lack(JavaModifier modifier) {
    super("not be " + modifier);
    this.modifier = modifier;
  }

  @Override
  public void check(JavaMember member, ConditionEvents events) {
    if (member.getModifiers().contains(modifier)) {
      events.add(SimpleConditionEvent.violated(member, member.getFullName() + " is " + modifier));
    }
  }
}
