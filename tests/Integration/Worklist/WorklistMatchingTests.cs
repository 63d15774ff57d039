using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Worklist;

public sealed class WorklistMatchingTests
{
    private static readonly DateTime Now = new(2026, 7, 5, 7, 0, 0, DateTimeKind.Unspecified);
    private static readonly WorklistSnapshot Snapshot = SampleWorklist.Create().Current;

    public static TheoryData<MatchingCase> Cases => [.. MatchingCase.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_query_returns_what_the_rule_says(MatchingCase matching)
    {
        var query = WorklistQuery.Parse(QueryKeys.Parse(matching.Keys), SampleWorklist.Profile());

        var found = Snapshot.Search(query, Now, limit: 100);

        Assert.Equal(matching.Expected, string.Join(',', found.Select(entry => entry.StepId[1..])));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_index_and_a_walk_over_all_entries_agree_and_each_refusal_has_a_reason(MatchingCase matching)
    {
        var query = WorklistQuery.Parse(QueryKeys.Parse(matching.Keys), SampleWorklist.Profile());

        foreach (var sample in SampleEntry.All)
        {
            var entry = Snapshot.Search(WorklistQuery.Parse(QueryKeys.Parse($">00400009={sample.StepId};>00400020={sample.Status}"), SampleWorklist.Profile()), Now, 2).Single();
            var isExpected = matching.Expected.Split(',').Contains(sample.StepId[1..]);
            Assert.Equal(isExpected, query.Matches(entry, Now));
            Assert.Equal(isExpected, query.WhyNot(entry, Now) is null);
        }
    }

    [Fact]
    public void There_are_at_least_a_hundred_cases() => Assert.True(MatchingCase.All.Count >= 100, $"{MatchingCase.All.Count} cases");

    [Fact]
    public void A_list_of_values_means_any_of_them_only_where_the_site_says_so()
    {
        var settings = new EngineSettings { Worklist = { ListMatching = true } };
        var profile = new StationProfile("MODALITY", null, settings);

        var found = Snapshot.Search(WorklistQuery.Parse(QueryKeys.Parse("00080050=ACC1001\\ACC1002"), profile), Now, 100);

        Assert.Equal(["S101", "S102"], found.Select(e => e.StepId));
    }

    [Fact]
    public void Entries_without_a_station_are_found_by_configured_stations_of_their_modality_only()
    {
        var settings = new EngineSettings();
        settings.Dicom.Stations["CR1"] = new StationSettings { Modalities = ["CR"] };
        settings.Dicom.Stations["CT1"] = new StationSettings { Modalities = ["CT"] };

        var forCr = Snapshot.Search(WorklistQuery.Parse(QueryKeys.Parse(">00400001=CR1"), new StationProfile("CR1", settings.Dicom.Stations["CR1"], settings)), Now, 100);
        var forCt = Snapshot.Search(WorklistQuery.Parse(QueryKeys.Parse(">00400001=CT1"), new StationProfile("CT1", settings.Dicom.Stations["CT1"], settings)), Now, 100);

        Assert.Equal(["S108", "S109"], forCr.Select(e => e.StepId));
        Assert.Equal(["S101", "S102", "S112", "S113"], forCt.Select(e => e.StepId));
    }

    [Fact]
    public void A_station_that_may_only_see_its_own_entries_gets_no_others_whatever_it_asks()
    {
        var settings = new EngineSettings { Worklist = { UnassignedVisibleTo = "none" } };
        var profile = new StationProfile("MR1", new StationSettings { OwnEntriesOnly = true }, settings);

        var found = Snapshot.Search(WorklistQuery.Parse(QueryKeys.Parse("00100010=*"), profile), Now, 100);

        Assert.Equal(["S104", "S105"], found.Select(e => e.StepId));
    }

    [Fact]
    public void Entries_leave_the_list_when_their_time_is_over()
    {
        var query = WorklistQuery.Parse(QueryKeys.Parse("00080050=ACC1001"), SampleWorklist.Profile());
        var entry = Snapshot.Search(query, Now, 1).Single();

        Assert.Empty(Snapshot.Search(query, entry.VisibleUntil.AddSeconds(1), 1));
        Assert.Contains("expired", query.WhyNot(entry, entry.VisibleUntil.AddSeconds(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_the_patient_shows_in_all_entries_of_the_patient_at_once()
    {
        var index = SampleWorklist.Create();
        var before = index.Current.Search(WorklistQuery.Parse(QueryKeys.Parse("00100020=10001"), SampleWorklist.Profile()), Now, 10);

        index.Apply([], [SampleWorklist.PatientPart(SampleEntry.All[0] with { Name = "VERMA^RAHUL" }, before[0].PatientRowId) with { Revision = 1 }], []);

        Assert.Equal(2, index.Current.Search(WorklistQuery.Parse(QueryKeys.Parse("00100010=VERMA*"), SampleWorklist.Profile()), Now, 10).Count);
        Assert.Empty(index.Current.Search(WorklistQuery.Parse(QueryKeys.Parse("00100020=10001;00100010=SHARMA*"), SampleWorklist.Profile()), Now, 10));
    }
}
