"""Plays a journey, a transcript in YAML, against the pure engine. Never touches a store, a network or a clock.

A journey::

    journey: A mother sends what she noticed          # a sentence
    door: web                                          # telegram | web | terminal; default web
    facts: {open: true, two_people: true}              # optional: open, two_people, website, telegram (the force's policy), language
    steps:                                             # `begin` happens by itself; the first step acts on the first screen
      - press: go_on                                   # an option of the screen now shown (`!help` and the like too)
        at: family.consent                             # expected: where we are after it (flow.state, or common.stopped ...)
      - say: my son                                    # a message of words
        notice: [notice.kept]                          # expected: the keys of the notices, in order (written by --update)
      - press: {option: done, step: 1}                 # a stale press: a step that is not the screen's
        silent: true                                   # expected: nothing is shown
      - command: emergency                             # /emergency
      - sent: sticker                                  # something that is not words
      - edit: my son and his friend                    # an edited message
      - say: and one more thing
        after: 2                                       # seconds since the step before; default 30
        open: false                                    # `open` or `two_people` may change from here on
      - say: {repeat: "a", times: 5000}                # long input without a long file
    ends:                                              # what must be true at the end, all of it written by --update
      at: family.bye
      stage: ended                                     # fresh | drafting | filed | ended
      filed: 1                                         # how many FileConcern, MarkUrgent, ClearChat, Discard, Close
      urgent: false                                    # whether what was filed was urgent or marked so
      area: birmingham                                 # of FileConcern
      replies: visit                                   # of FileConcern
      records: [noticed words, age_band choice]        # question and kind, in order; a correction has "corrects N" behind it
      identity: [name]                                 # questions in the capsule
      screens: 7                                       # screens shown until it was sent (or until the end)
      discarded: 0
      cleared: 0
      closed: 1

`pytest --update` rewrites `at`, `notice`, `silent` and `ends` of every journey with what happened; read the diff before keeping it.
Keys under `ends` that a journey leaves out are not checked.
"""
