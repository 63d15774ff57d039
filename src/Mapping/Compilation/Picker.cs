using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// What a pick takes of several segments or repetitions: one by its number, the last, all, or those that a condition holds for.
/// </summary>
internal sealed class Picker(Pick? pick, bool wantsList, Evaluator? condition)
{
    /// <summary>Whether it gives a list; else what it takes first counts.</summary>
    public bool GivesList { get; } = pick is AllPick || (wantsList && pick is null or FilterPick);

    /// <summary>Moves what it takes to the front of the items, and tells how many these are.</summary>
    /// <param name="isFirstOnly">Stops at the first item that a condition holds for.</param>
    public int Take(EvalContext context, Span<MapValue> items, bool isFirstOnly)
    {
        switch (pick)
        {
            case FilterPick: return Filter(context, items, isFirstOnly);
            case IndexPick index when index.Index <= items.Length:
                items[0] = items[index.Index - 1];
                return 1;
            case LastPick when items.Length > 0:
                items[0] = items[^1];
                return 1;
            case IndexPick or LastPick: return 0;
            default: return GivesList ? items.Length : Math.Min(items.Length, 1);
        }
    }

    private int Filter(EvalContext context, Span<MapValue> items, bool isFirstOnly)
    {
        var outer = context.Subject;
        var taken = 0;
        foreach (ref readonly var item in items)
        {
            context.Subject = item;
            if (!condition!(context).IsTrue) continue;
            items[taken++] = item;
            if (isFirstOnly) break;
        }

        context.Subject = outer;
        return taken;
    }
}
