using CloudPacs.Dicom;

namespace CloudPacs.Worklist;

/// <summary>Tells why entries are not in the answer that a station gets.</summary>
internal sealed class WorklistWhy(WorklistIndex index, StationDirectory stations, LastQueries queries, SiteClock clock)
{
    private const int MostCandidates = 100;

    /// <param name="station">AE title of the station that asks.</param>
    /// <param name="accession">Accession number of the entries that are meant; null = all of a patient.</param>
    /// <param name="patientId">Patient ID of the entries that are meant, when no number is given.</param>
    /// <param name="keys">What is asked for; null = what the station asked for last, else everything.</param>
    public WhyAnswer Explain(string station, string? accession, string? patientId, DataSet? keys)
    {
        var last = keys is null ? queries.Of(station) : null;
        var asked = keys ?? last?.Keys ?? new DataSet();
        var query = WorklistQuery.Parse(asked, stations.ProfileOf(station));
        var number = accession is not null ? NumberKey.Accession(accession) : NumberKey.PatientId(patientId ?? "");
        var now = clock.LocalNow;
        return new WhyAnswer(
            stations.WhyUnknown(station), asked, last?.At, query.Fault?.Text,
            [.. index.Current.OfNumber(number).Take(MostCandidates).Select(entry => new WhyCandidate(entry, query.WhyNot(entry, now)))]);
    }
}

/// <summary>What was asked for, and what it means for each entry that is meant.</summary>
/// <param name="Unconfigured">The station is not configured, and what that means for it; null when it is.</param>
/// <param name="Keys">The keys.</param>
/// <param name="AskedAt">When the station asked so; null when the keys were given, or it has not asked.</param>
/// <param name="Fault">The query itself is refused for this.</param>
/// <param name="Candidates">The entries that the worklist holds.</param>
internal sealed record WhyAnswer(
    string? Unconfigured, DataSet Keys, DateTimeOffset? AskedAt, string? Fault, IReadOnlyList<WhyCandidate> Candidates);

/// <param name="Entry">An entry.</param>
/// <param name="Reason">The key, the rule or the state that keeps it out; null = it is in the answer.</param>
internal sealed record WhyCandidate(WorklistEntry Entry, string? Reason);
