"""One message, looked at in the order that keeps people safe: which words are an order, an answer, or a person's own.

STOP and DELETE come before everything, in every language and state. Then the other commands, then the dialogue, then,
where no dialogue runs, the case. What it does is done to an `Exchange`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.casework.effects import (
    CorrectAnswer,
    Erase,
    LinkMember,
    OptedOutNow,
    OptedOutWrote,
    PickAnswer,
    PickCase,
    ShowAnswers,
)
from bot.casework.several import split_code
from bot.casework.voice import Voice
from bot.channels.base import (
    Attached,
    Inbound,
    OptedOut,
    OptOut,
    SharedContact,
    SharedLocation,
    Tapped,
    Typed,
)
from bot.pipeline.exchange import Exchange
from bot.pipeline.own_words import CARRIER_STOP_WORDS, link_code, seems_to_stop, yes_or_no
from flows.dialogue.conversation import Pending
from flows.dialogue.definition import AnswerType
from flows.dialogue.events import STICKER, Located, Picked, Received, Unreadable, Wrote
from flows.dialogue.reading import NO, YES
from flows.dialogue.tongue import Tongues
from flows.dialogue.words import Command, legible, normalise, whole_number
from flows.routing.casebook import PageKind

_DELETE_YES, _DELETE_NO = "delete.yes", "delete.no"
_STOP_YES, _STOP_NO = "stop.yes", "stop.no"
"""What the buttons under our own questions hold: an old one can never answer another question."""
_PICKED = re.compile(r"(answer|case|language)\.([0-9]{1,2})")
_BUTTON = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})")
_NUMBER = re.compile("[0-9]{1,2}")


class Message:
    """Looks at one message in the order that keeps people safe, and does to `talk` what it asks for."""

    def __init__(
        self, message: Inbound, talk: Exchange, *, voice: Voice, tongues: Tongues, languages: Sequence[str]
    ) -> None:
        self.message = message
        self.talk = talk
        self.voice = voice
        self.tongues = tongues
        self.languages = languages
        self.unserved = ""

    def receive(self) -> None:
        talk = self.talk
        self._recognise()
        match self.message.content:
            case OptedOut(kind=kind, text=text):
                self._opted(kind, legible(text))
            case Typed(text=text, edited=True):
                self._edited(legible(text))
            case Typed(text=text):
                self._wrote(legible(text).strip())
            case Attached(caption=caption) if caption.strip():
                talk.say("unreadable")
                self._wrote(legible(caption).strip())
            case _ if talk.conversation.silenced:
                talk.effects.append(OptedOutWrote(""))
            case _ if talk.before.paused and talk.session is not None:
                talk.show_again()
            case Tapped(data=data):
                self._tapped(data)
            case SharedLocation(latitude=latitude, longitude=longitude) if talk.session is not None:
                talk.go_on(Located(latitude, longitude))
            case SharedContact(phone=phone) if (step := talk.waiting) and step.type is AnswerType.PHONE:
                talk.go_on(Wrote(phone))
            case Attached() | SharedContact() | SharedLocation():
                self._unreadable()

    def _recognise(self) -> None:
        """Their language, from the first words that show it."""
        if self.talk.conversation.language:
            return
        match self.message.content:
            case Typed(text=words) | OptedOut(text=words) | Attached(caption=words):
                pass
            case _:
                words = ""
        guess = self.tongues.of(words, self.message.language_hint, self.languages)
        self.unserved = guess.unserved
        if guess.sure:
            self.talk.set(language=guess.language)

    def _opted(self, kind: OptOut, text: str) -> None:
        """The provider has already answered the person; HELP and START never silence us. The word that opts in again is
        no answer: nothing else was meant by it."""
        silenced = self.talk.conversation.silenced
        match kind:
            case OptOut.STOP if not silenced:
                self._silence()
            case OptOut.START if silenced:
                self.talk.set(silenced=False)
                if text:
                    self._where_we_are()
            case OptOut.START if text:
                self._wrote(text)
            case OptOut.HELP:
                self._wrote(text or "HELP")
            case _:
                pass

    def _edited(self, text: str) -> None:
        """No answer, for nobody can tell to what; but STOP and words for danger are heard."""
        talk = self.talk
        if talk.conversation.silenced or talk.reader.command(text) is Command.STOP:
            self._wrote(text)
            return
        talk.alarmed(text)
        if talk.before.paused:
            talk.set(paused=True)
        else:
            talk.say("edited")
            talk.show_again()

    def _tapped(self, data: str) -> None:
        talk = self.talk
        if talk.before.pending is Pending.DELETE and data in (_DELETE_YES, _DELETE_NO):
            self._delete(agreed=data == _DELETE_YES)
        elif talk.before.pending is Pending.STOP and data in (_STOP_YES, _STOP_NO):
            self._stop_or_not(agreed=data == _STOP_YES)
        elif found := _PICKED.fullmatch(data):
            self._picked_from_list(int(found[2]))
        elif data in (YES, NO) and talk.conversation.case is not None:
            talk.add_to_case(data)
        else:
            found = _BUTTON.fullmatch(data)
            session, prompt, choice = map(int, found.groups()) if found else (0, 0, 0)
            self._hear(Picked(prompt, choice) if session == talk.conversation.sessions else Picked(0, 0))

    def _unreadable(self) -> None:
        """A picture, a voice, a contact nobody asked for: not kept, politely refused, and the way goes on."""
        kind = self.message.content.kind if isinstance(self.message.content, Attached) else ""
        if self.talk.session is not None:
            self.talk.go_on(Unreadable(kind))
            return
        self.talk.say("sign" if kind == STICKER else "unreadable")
        if self.talk.conversation.case is None:
            self.talk.begin(None)

    # ---- words

    def _wrote(self, text: str) -> None:
        talk = self.talk
        command = talk.reader.command(text.partition(" ")[0] if text.startswith("/") else text)
        if talk.conversation.silenced:
            self._wrote_after_stop(command, text)
        elif code := link_code(text):
            talk.effects.append(LinkMember(code))
        elif command is Command.STOP:
            self._stop(text)
        elif command is Command.PAUSE:
            talk.events.clear()
            talk.say("paused")
            talk.set(paused=True)
        elif (
            self._about_sent(text)
            or self._answers_ours(command, text)
            or self._tells_details(command, text)
            or self._ordered(command)
        ):
            pass
        elif talk.before.paused and talk.session is not None and talk.reader.alarm(text) is None:
            talk.show_again()
        else:
            self._hear(Wrote(text), command)

    def _hear(self, received: Received, command: Command | None = None) -> None:
        """`command`: what the words order, where that is for the dialogue. Orders and a bare number tell a helper
        nothing."""
        talk = self.talk
        if isinstance(received, Picked) and talk.tell_details(received):
            return
        words = isinstance(received, Wrote) and command is None and not _NUMBER.fullmatch(normalise(received.text))
        if talk.session is not None and talk.is_over and (words or command is Command.START):
            talk.begin_again(received if words else None)
        elif talk.session is not None:
            talk.go_on(received)
        elif talk.conversation.case is None or command is Command.START:
            self._begin(received if words else None)
        elif isinstance(received, Wrote) and not talk.reader.greets(received.text):
            if talk.alarmed(received.text):
                talk.say("person_called")
            talk.add_to_case(received.text)
        else:
            talk.tell_status()

    def _begin(self, first: Received | None) -> None:
        """A language we know but do not offer gets one line in it, and a person."""
        if self.unserved:
            self.talk.note("not_offered", self.unserved)
            self.talk.call(PageKind.PERSON)
        self.talk.begin(first)

    def _about_sent(self, text: str) -> bool:
        """Whether this begins with a code while another problem is being told: it is about what was sent before, and no
        answer. Then the question comes again."""
        talk = self.talk
        if talk.session is None or talk.conversation.case is None:
            return False
        code, words = split_code(text)
        if code is None:
            return False
        if not words:
            talk.tell_status()
            return True
        talk.alarmed(words, sent=True)
        talk.add_to_case(text)
        talk.show_again()
        return True

    def _ordered(self, command: Command | None) -> bool:
        return command is not None and self._obey(command)

    def _tells_details(self, command: Command | None, text: str) -> bool:
        return command in (None, Command.SKIP) and self.talk.tell_details(Wrote(text))

    # ---- STOP

    def _stop(self, text: str) -> None:
        talk = self.talk
        talk.events.clear()
        by_text = self.voice.limits[talk.conversation.channel].counted
        if not (by_text and normalise(text) in CARRIER_STOP_WORDS):
            talk.say("stopped")
        self._silence()

    def _silence(self) -> None:
        self.talk.set(silenced=True)
        self.talk.effects.append(OptedOutNow())

    def _wrote_after_stop(self, command: Command | None, text: str) -> None:
        """Nothing is said until START. DELETE can not be asked about any more, but was promised to work."""
        talk = self.talk
        talk.events.clear()
        match command:
            case Command.START:
                talk.set(silenced=False)
                self._where_we_are()
            case Command.DELETE:
                self._erase()
            case Command.STOP:
                pass
            case _:
                talk.alarmed(text)
                talk.effects.append(OptedOutWrote(text))

    def _where_we_are(self) -> None:
        """The question that waits, or how the case stands, or a beginning."""
        if self.talk.session is not None:
            self.talk.show_again()
        elif self.talk.conversation.case is not None:
            self.talk.tell_status()
        else:
            self._begin(None)

    # ---- our own questions, outside the dialogue

    def _answers_ours(self, command: Command | None, text: str) -> bool:
        """Whether this answers what we asked last, or is itself something to ask about. A question that is not answered
        lapses, and what it was about is not lost."""
        talk = self.talk
        match talk.before.pending:
            case Pending.DELETE:
                return self._answers_delete(command, text)
            case Pending.STOP if command is None:
                return self._answers_stop(text)
            case Pending.WHICH | Pending.LANGUAGE if (number := whole_number(text)) is not None:
                return self._picked_from_list(number)
            case Pending.CORRECT if number := whole_number(text):
                talk.effects.append(PickAnswer(number))
                return True
            case Pending.RIGHT if command is None and text and not talk.clean:
                return self._corrects(text)
            case Pending.LANGUAGE if (code := talk.reader.tongue(text)) is not None:
                return talk.change_language(code)
            case _ if command is None and seems_to_stop(text, talk.reader):
                talk.ask(Pending.STOP, "stop_ask", ((talk.phrase(YES), _STOP_YES), (talk.phrase(NO), _STOP_NO)))
                talk.set(aside=text)
                return True
            case _:
                return False

    def _corrects(self, text: str) -> bool:
        """What is right, in their words; words for danger are heard in them too."""
        talk = self.talk
        talk.alarmed(text)
        talk.effects.append(CorrectAnswer(talk.before.aside, text))
        return True

    def _picked_from_list(self, number: int) -> bool:
        talk = self.talk
        if talk.before.pending is Pending.CORRECT:
            talk.effects.append(PickAnswer(number))
        elif talk.before.pending is Pending.WHICH:
            talk.effects.append(PickCase(number))
            talk.alarmed_by(talk.before.aside)
        elif talk.before.pending is Pending.LANGUAGE and 1 <= number <= len(self.languages):
            talk.change_language(self.languages[number - 1])
        else:
            return False
        return True

    def _answers_stop(self, text: str) -> bool:
        agreed = yes_or_no(text, self.talk.reader)
        if agreed is None:
            self._hear(Wrote(f"{self.talk.before.aside}\n{text}"))
        else:
            self._stop_or_not(agreed=agreed)
        return True

    def _stop_or_not(self, *, agreed: bool) -> None:
        """If they did not mean it, their words are heard for what they were."""
        if agreed:
            self._stop("")
        else:
            self._hear(Wrote(self.talk.before.aside))

    # ---- DELETE

    def _answers_delete(self, command: Command | None, text: str) -> bool:
        """One yes erases; anything else keeps everything, and is then read as what it is unless it says no."""
        talk = self.talk
        if talk.before.pending is not Pending.DELETE or command is Command.DELETE:
            return False
        agreed = False if command is Command.BACK else yes_or_no(text, self.talk.reader)
        if agreed is not None:
            self._delete(agreed=agreed)
        else:
            talk.say("delete_kept")
            return False
        return True

    def _delete(self, *, agreed: bool) -> None:
        if agreed:
            self._erase()
        else:
            self.talk.say("delete_kept")
            self.talk.show_again()

    def _erase(self) -> None:
        self.talk.effects.append(Erase())
        self.talk.set(session=None)

    # ---- the other commands

    def _obey(self, command: Command) -> bool:
        """Orders that are not the dialogue's own. Returns whether the message is dealt with."""
        talk = self.talk
        match command:
            case Command.DELETE:
                yes_no = ((talk.phrase(YES), _DELETE_YES), (talk.phrase(NO), _DELETE_NO))
                talk.ask(Pending.DELETE, "delete_ask", yes_no)
            case Command.PERSON:
                talk.call(PageKind.PERSON)
                talk.say("person_called")
                talk.show_again()
            case Command.STATUS:
                talk.tell_status()
            case Command.HELP:
                if talk.session is not None:
                    talk.say("help_inside")
                self._where_we_are()
            case Command.START if talk.session is not None and not talk.is_over:
                talk.show_again()
            case Command.START:
                return False
            case Command.BACK if talk.may_correct:
                talk.effects.append(ShowAnswers())
            case Command.LANGUAGE if talk.session is None:
                names = self.voice.wording.languages
                shown = enumerate(self.languages, start=1)
                talk.ask(Pending.LANGUAGE, "language", [(names[code].name, f"language.{at}") for at, code in shown])
            case _ if talk.session is None and talk.conversation.case is not None:
                talk.tell_status()
            case _:
                return False
        return True
