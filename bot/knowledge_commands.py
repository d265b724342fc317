"""`raadsmaat kennis …`: testing the search, and making what it ships with."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.entry import KENNIS, library, stop, unreached
from search.assessment import Figures, Question, Result, figures

knowledge = typer.Typer(help="De kennisbank: toetsen, aanvullen en uitzetten.", no_args_is_help=True)
_CONFUSED = 15


@knowledge.command("toets")
def assess(
    vragen: Annotated[Path, typer.Argument(help="Vragen: per regel {id, vraag, topic} of {id, q, rel}.")],
    stukken: Annotated[
        Path | None, typer.Option(help="Zoek in deze stukken ({id, title, body}) en niet in de kennisbank.")
    ] = None,
    uitvoer: Annotated[Path | None, typer.Option("--json", help="Schrijf per vraag op wat er werd gevonden.")] = None,
    zonder_model: Annotated[bool, typer.Option("--zonder-model", help="Zoek alleen op woorden.")] = False,
) -> None:
    """Toets hoe goed vragen worden beantwoord. Van elke vraag weet u het goede onderwerp."""
    from search.questionfile import FileError, read_documents, read_questions

    try:
        questions = read_questions(vragen)
        documents = read_documents(stukken) if stukken else None
    except FileError as error:
        stop(str(error))
    if uitvoer:
        try:
            with uitvoer.open("a", encoding="utf-8"):
                pass  # said now, and not after all questions were asked; what stands in it stays until then
        except OSError as error:
            stop(f"Het bestand {uitvoer} kan niet worden geschreven: {unreached(error)}.")
    model = None
    if not zonder_model:
        from search.meaning import load_model

        model = load_model()
        if model is None:
            typer.echo("Op deze computer is er geen taalmodel. Ik zoek alleen op woorden.", err=True)
    results = _in_documents(questions, documents, model) if documents else _in_articles(questions, model)
    for line in _report(figures(results)):
        typer.echo(line)
    if uitvoer:
        lines = (json.dumps(_as_json(one), ensure_ascii=False) for one in results)
        uitvoer.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@knowledge.command("vectoren")
def vectors() -> None:
    """Reken de artikelen opnieuw uit. Dat is nodig na een wijziging in `kennis/`, vóór een uitgave."""
    from search.meaning import load_model

    model, articles = load_model(), library()
    if model is None:
        stop("Op deze computer is er geen taalmodel.")
    fresh = articles.understand(model, {}, lambda: False)
    articles.vectors.write(KENNIS / "vectoren.bin", articles.names())
    typer.echo(f"{len(fresh)} stukken zijn opnieuw berekend.")


def _in_articles(questions: list[Question], model: Any) -> list[Result]:
    articles = library()
    if model:
        articles.understand(model, {}, lambda: False)
    unknown = {name for one in questions for name in one.right} - set(articles.articles)
    if unknown:
        typer.echo(f"Deze onderwerpen staan niet in de kennisbank: {', '.join(sorted(unknown)[:10])}.", err=True)
    results = []
    for one in questions:
        found = articles.ask(one.text)
        ranked = tuple(hit.article.id for hit in found.hits)
        results.append(Result(one, ranked, tuple(hit.score for hit in found.hits), found.sure, found.outcome))
    return results


def _in_documents(questions: list[Question], documents: list[Any], model: Any) -> list[Result]:
    from search.collection import Collection

    collection = Collection(documents)
    if model:
        typer.echo(f"Even geduld: {len(documents)} stukken worden gelezen.", err=True)
        collection.understand(model)
    return [collection.result(one) for one in questions]


def _report(found: Figures) -> list[str]:
    lines = [
        f"Vragen met een goed antwoord: {found.asked}; vragen die niet beantwoord horen te worden: {found.outside}"
    ]
    if found.asked:
        lines += [
            *(f"R@{most}: {_number(share)}" for most, share in found.within.items()),
            f"MRR@10: {_number(found.reciprocal)}",
            f"Beantwoord: {_percent(found.answered)} van de vragen; daarvan goed: {_percent(found.right)}",
        ]
    if found.outside:
        lines.append(f"Ten onrechte beantwoord: {_percent(found.outside_answered)}")
    lines.append(f"Afwijking van de zekerheid (ECE): {_number(found.error)}")
    if found.confused:
        lines += ["", "Verward (bedoeld → gevonden):"]
        lines += [f"  {count}× {meant} → {got}" for meant, got, count in found.confused[:_CONFUSED]]
    return lines


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%".replace(".", ",")


def _number(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}".replace(".", ",")


def _as_json(one: Result) -> dict[str, object]:
    return {
        "id": one.question.id,
        "ranked": list(one.ranked),
        "scores": [round(score, 4) for score in one.scores],
        "p": round(one.sure, 4),
        "outcome": one.outcome.value,
    }
