using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;
using Xunit;
using WorklistEntry = CloudPacs.Worklist.WorklistEntry;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>Searches of a long list: each index gives the same answers, in order, and no more than were asked for.</summary>
public sealed class WorklistSearchTests
{
    private static readonly DateTime Day = new(2026, 7, 5, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly StationProfile Profile = new("CT1", null, new EngineSettings());
    private static readonly WorklistIndex Index = Create(3000);

    public static TheoryData<string> Queries => new(
        "00100010=NAME*", "00100010=*9^X", "00100010=NAME0*", ">00400001=CT2", ">00400001=CT?", ">00400002=20260705-20260706", ">00400002=20260706;>00400001=CT2", ">00400002=20260705-",
        ">00080060=MR", "00321060=DESCRIPTION 7*", "00080050=A0000*", "00080050=A00042", "00100020=P00000001", "0020000D=1.2.1\\1.2.1\\1.2.42", "00401001=R2999", "");

    [Theory]
    [MemberData(nameof(Queries))]
    public void The_first_answers_of_an_index_are_those_of_a_walk_in_order(string keys)
    {
        var query = WorklistQuery.Parse(QueryKeys.Parse(keys), Profile);
        var all = Index.Current.ByStep.Values.Where(entry => query.Matches(entry, Day)).OrderBy(static entry => entry.Start).ThenBy(static entry => entry.StepId, StringComparer.Ordinal).ToList();

        foreach (var limit in (int[])[1, 7, 5000])
            Assert.Equal(all.Take(limit).Select(static entry => entry.StepId), Index.Current.Search(query, Day, limit).Select(static entry => entry.StepId));
        Assert.NotEmpty(all);
    }

    [Fact]
    public void A_search_that_is_cancelled_stops()
    {
        var search = new WorklistSearch(Index.Current, WorklistQuery.Parse(QueryKeys.Parse("00100010=*NOBODY*"), Profile));

        Assert.Throws<OperationCanceledException>(() => search.Run(Day, 10, new CancellationToken(canceled: true)));
        Assert.Equal(3000, search.Candidates);
    }

    [Fact]
    public void A_patient_whose_row_has_the_hash_of_another_one_keeps_its_data()
    {
        Guid one = new(1, 0, 0, new byte[8]), other = new(0, 0, 0, [0, 0, 0, 0, 1, 0, 0, 0]);
        var index = new WorklistIndex();
        index.Reset([Entry(1, one), Entry(2, other)], revision: 0);

        index.Apply([], [Patient(one, "CHANGED") with { Revision = 1 }], []);

        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(["CHANGED", "NAME2^X"], index.Current.Search(WorklistQuery.Parse([], Profile), Day, 10).Select(static entry => entry.Compose().GetString(Tags.PatientName)).Order());
    }

    [Fact]
    public void Expired_entries_are_dropped_and_the_others_stay()
    {
        var index = Create(300);
        var now = Day.AddHours(30);
        var expired = index.Current.ByStep.Values.Count(entry => entry.VisibleUntil < now);

        var dropped = index.Purge(now);

        Assert.InRange(expired, 65, 299);
        Assert.Equal(expired, dropped);
        Assert.Equal(300 - expired, index.Current.Count);
        Assert.Equal(0, index.Purge(now));
    }

    private static WorklistIndex Create(int count)
    {
        var index = new WorklistIndex();
        index.Reset(Enumerable.Range(0, count).Select(Entry), revision: 0);
        return index;
    }

    private static WorklistEntry Entry(int number) => Entry(number, new Guid(number % 1000, 2, 0, new byte[8]));

    private static WorklistEntry Entry(int number, Guid row)
    {
        var id = number.ToString("D5", CultureInfo.InvariantCulture);
        return new WorklistEntry
        {
            StepRowId = new Guid(number, 1, 0, new byte[8]), PatientRowId = row, AccessionNumber = "A" + id, StudyInstanceUid = $"1.2.{number}",
            RequestedProcedureId = $"R{number}", StepId = "S" + id, Modality = number % 3 == 0 ? "MR" : "CT", StationAeTitles = number % 5 == 0 ? [] : [$"CT{number % 4}"],
            // Neighbours in the order of answers are far apart by number and by name.
            Start = Day.AddMinutes(number * 7919 % 3001),
            Offset = TimeSpan.Zero, State = StepState.Scheduled, KeepVisible = TimeSpan.FromHours(number % 7 == 0 ? 48 : 12),
            Patient = Patient(row, $"NAME{number % 1000}^X"),
            ProcedureAttributes = Attributes.Encode(new DataSet().Set(Tags.RequestedProcedureDescription, $"DESCRIPTION {number % 10}")),
            StepAttributes = default,
        };
    }

    private static PatientPart Patient(Guid row, string name) => new(row, "P" + row.ToString("N")[..8], [name], Attributes.Encode(new DataSet().Set(Tags.PatientName, name)));
}
