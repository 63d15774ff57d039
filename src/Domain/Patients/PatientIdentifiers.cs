using CloudPacs.Store;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>The identifiers of a patient row and how commands change them.</summary>
internal static class PatientIdentifiers
{
    // Numbers of a visit, an account or a card do not say who somebody is (HL7 table 0203).
    private static readonly HashSet<string> NotOfPersons = new(StringComparer.Ordinal) { "AN", "VN", "BC", "BA", "AM", "DI", "MS", "DS" };

    public static bool NamesPerson(Identifier id) => id.TypeCode is null || !NotOfPersons.Contains(id.TypeCode);

    public static bool Holds(PatientRow row, Identifier id) => row.Identifiers.Exists(held => held.Identifier.Matches(id));

    public static bool HoldsPrior(PatientRow row, Identifier id) =>
        row.Identifiers.Exists(held => held.IsPrior && held.Identifier.Matches(id));

    public static bool HoldsCurrent(PatientRow row, Identifier id) =>
        row.Identifiers.Exists(held => !held.IsPrior && held.Identifier.Matches(id));

    /// <summary>A current id of the same authority and type, but another number: then the two numbers are two people.</summary>
    public static bool HoldsOtherOf(PatientRow row, Identifier id) =>
        row.Identifiers.Exists(held => !held.IsPrior && held.Identifier.SameAuthority(id) && held.Identifier.TypeCode == id.TypeCode
            && held.Identifier.Value != id.Value);

    /// <summary>
    /// Replaces the current identifiers by those of a command. Prior ones stay (a merge made them), and so do current ones of authorities
    /// that the details name none of: the ids of one system are no news about the numbers of another. All stay when the command knows the
    /// patient by a further id alone: that is no list of all ids, and the others would become somebody else.
    /// </summary>
    public static bool Replace(PatientRow row, Identifier primary, IReadOnlyList<Identifier> others)
    {
        var next = new List<PatientIdentifier>();
        Put(next, Complete(row, primary), isPrimary: !HoldsPrior(row, primary));
        foreach (var other in others) Put(next, Complete(row, other), isPrimary: false);
        next.RemoveAll(candidate => HoldsPrior(row, candidate.Identifier));
        var named = new List<Identifier>([primary, .. others]);
        var namesAll = !IsNamedByFurtherIdAlone(row, named);
        foreach (var held in row.Identifiers)
        {
            if (held.IsPrior
                || (!(namesAll && named.Exists(id => id.SameAuthority(held.Identifier)))
                    && !next.Exists(n => n.Identifier.Matches(held.Identifier))))
                next.Add(held.IsPrimary && next.Exists(static n => n.IsPrimary) ? held with { IsPrimary = false } : held);
        }

        // A command under a retired number knows only that number; the survivor keeps the ones it has.
        if (!next.Exists(static n => n.IsPrimary)) next = KeepPrimary(row, next);
        KeepShown(row, named, next);
        if (row.Identifiers.SequenceEqual(next)) return false;
        row.Identifiers.Clear();
        row.Identifiers.AddRange(next);
        return true;
    }

    /// <summary>
    /// A command that knows the patient by a further id alone is no reason to show the patient under that one from now on.
    /// </summary>
    private static void KeepShown(PatientRow row, List<Identifier> named, List<PatientIdentifier> next)
    {
        if (!IsNamedByFurtherIdAlone(row, named) || Shown(row) is not { } shown) return;
        var place = next.FindIndex(held => held.Identifier.Matches(shown) && !held.IsPrior);
        if (place < 0) return;
        for (var i = 0; i < next.Count; i++) next[i] = next[i] with { IsPrimary = i == place };
        next.Insert(0, next[place]);
        next.RemoveAt(place + 1);
    }

    private static bool IsNamedByFurtherIdAlone(PatientRow row, List<Identifier> named) =>
        HoldsCurrent(row, named[0]) && Shown(row) is { } shown && !named.Exists(shown.Matches);

    private static Identifier? Shown(PatientRow row) => row.Identifiers.Find(static held => held.IsPrimary)?.Identifier;

    /// <summary>
    /// Adds an identifier that came from another patient or was replaced: it still finds this patient, and goes to Other Patient IDs.
    /// </summary>
    public static void AddPrior(PatientRow row, Identifier id)
    {
        row.Identifiers.RemoveAll(held => held.Identifier.Matches(id));
        row.Identifiers.Add(new PatientIdentifier(id, IsPrimary: false, IsPrior: true));
    }

    public static void MakePrimary(PatientRow row, Identifier id)
    {
        for (var i = 0; i < row.Identifiers.Count; i++)
            if (row.Identifiers[i].IsPrimary) row.Identifiers[i] = row.Identifiers[i] with { IsPrimary = false };
        row.Identifiers.RemoveAll(held => held.Identifier.Matches(id));
        row.Identifiers.Insert(0, new PatientIdentifier(id, IsPrimary: true, IsPrior: false));
    }

    /// <summary>
    /// With what is known of its authority: a sender that names it by one of its names takes nothing away from the others, by which the
    /// next one looks for the same person.
    /// </summary>
    private static Identifier Complete(PatientRow row, Identifier id)
    {
        var held = row.Identifiers.Find(held => held.Identifier.Matches(id))?.Identifier;
        if (held is not { UniversalId: not null } known) return id;
        return id.UniversalId is null
            ? known with { TypeCode = id.TypeCode }
            : id with { Namespace = id.Namespace ?? known.Namespace };
    }

    private static void Put(List<PatientIdentifier> list, Identifier id, bool isPrimary)
    {
        if (!list.Exists(held => held.Identifier.Matches(id))) list.Add(new PatientIdentifier(id, isPrimary, IsPrior: false));
    }

    private static List<PatientIdentifier> KeepPrimary(PatientRow row, List<PatientIdentifier> next)
    {
        List<PatientIdentifier> current = [.. row.Identifiers.Where(static held => !held.IsPrior)];
        current.AddRange(next.Where(n => !n.IsPrior && !current.Exists(held => held.Identifier.Matches(n.Identifier))));
        return [.. current, .. next.Where(static n => n.IsPrior)];
    }
}
