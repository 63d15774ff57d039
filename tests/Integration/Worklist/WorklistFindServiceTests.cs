using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>Answers as they go onto the wire.</summary>
public sealed class WorklistFindServiceTests
{
    private static readonly EngineSettings Settings = new() { Dicom = { Stations = { ["LATIN1"] = new StationSettings { CharacterSet = "ISO_IR 100" }, ["FEW"] = new StationSettings { AnswerLimit = 2 } } } };
    private static readonly FixedTime Clock = new(new DateTimeOffset(2026, 7, 5, 1, 30, 0, TimeSpan.Zero));
    private static readonly WorklistFindService Service = new(
        SampleWorklist.Create(), new StationDirectory(Settings), new LastQueries(TimeProvider.System), new SiteClock(Clock, TimeZoneInfo.CreateCustomTimeZone("IST", TimeSpan.FromHours(5.5), "IST", "IST")), NullLogger<WorklistFindService>.Instance);

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    public async Task An_answer_holds_what_was_asked_for_and_nothing_else(string syntax)
    {
        var (result, answers) = await FindAsync("MODALITY", QueryKeys.Parse("00080005=ISO_IR 192;00080050=ACC1006;00100010=;00100030=;00104000=;00080201=;>00400001=;>00400002=;>00400003=;>00400006="), syntax);

        var answer = Assert.Single(answers);
        Assert.Equal(DimseStatus.Success, result.Status);
        Assert.False(answer.IsUnsupported);
        Assert.Equal(
            "00080005=ISO_IR 192;00080050=ACC1006;00080201=+0530;00100010=YAMADA^TAROU=山田^太郎=やまだ^たろう;00100030=19800203;00104000=;>00400001=US1;>00400002=20260707;>00400003=100000;>00400006=",
            Text(answer.Data));
    }

    [Fact]
    public async Task An_entry_without_a_station_is_answered_with_the_one_that_asks()
    {
        var (_, answers) = await FindAsync("MODALITY", QueryKeys.Parse("00080050=ACC1008;>00400001="));

        Assert.Equal("00080005=ISO_IR 192;00080050=ACC1008;>00400001=MODALITY", Text(Assert.Single(answers).Data));
    }

    [Fact]
    public async Task A_station_gets_its_own_character_set_whatever_it_declares()
    {
        var (_, answers) = await FindAsync("LATIN1", QueryKeys.Parse("00080005=ISO_IR 192;00080050=ACC1006;00100010="));
        var (_, accented) = await FindAsync("LATIN1", QueryKeys.Parse("00080050=ACC1004;00100010="));

        Assert.Equal("00080005=ISO_IR 100;00080050=ACC1006;00100010=YAMADA^TAROU", Text(Assert.Single(answers).Data));
        Assert.Equal("00080005=ISO_IR 100;00080050=ACC1004;00100010=MÜLLER^JÖRG", Text(Assert.Single(accented).Data));
    }

    [Fact]
    public async Task Keys_that_are_not_supported_come_back_empty_with_FF01()
    {
        var (_, answers) = await FindAsync("MODALITY", QueryKeys.Parse("00081030=BRAIN;00080050=ACC1001;00080060=;>00080060="));

        var answer = Assert.Single(answers);
        Assert.True(answer.IsUnsupported);
        Assert.Equal("00080050=ACC1001;00080060=;00081030=;>00080060=CT", Text(answer.Data).Replace("00080005=ISO_IR 192;", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task More_entries_than_the_limit_end_with_A700_after_as_many_as_are_allowed()
    {
        var (result, answers) = await FindAsync("FEW", QueryKeys.Parse("00080050="));

        Assert.Equal(2, answers.Count);
        Assert.Equal(DimseStatus.OutOfResources, result.Status);
    }

    [Theory]
    [InlineData(">00400002=202611*", "ScheduledProcedureStepStartDate is no date or range of dates")]
    [InlineData(">00400002=20261129,", "ScheduledProcedureStepStartDate is no date or range of dates")]
    [InlineData(">00400002=TODAY", "ScheduledProcedureStepStartDate is no date or range of dates")]
    [InlineData(">00400002=2026-11-29", "ScheduledProcedureStepStartDate is no date or range of dates")]
    [InlineData(">00400003=10h", "ScheduledProcedureStepStartTime is no time or range of times")]
    [InlineData(">00400003=240001", "ScheduledProcedureStepStartTime is no time or range of times")]
    [InlineData("00100030=1980*", "PatientBirthDate is no date or range of dates")]
    [InlineData("00101030=heavy", "PatientWeight is no number")]
    [InlineData(">00080060=CT\\MR", "Modality takes one value, not a list")]
    [InlineData(">00400001=CT1\\CT2", "ScheduledStationAETitle takes one value, not a list")]
    [InlineData("00080050=A1\\A2", "AccessionNumber takes one value, not a list")]
    [InlineData(">00400002=20261130-20261129", "ScheduledProcedureStepStartDate ends before it begins")]
    [InlineData(">00400003=220000-060000", "ScheduledProcedureStepStartTime ends before it begins")]
    [InlineData(">00400002=20261129;>00400003=220000-060000", "ScheduledProcedureStepStartTime ends before it begins")]
    [InlineData(">00400002=20261129-20261129;>00400003=220000-060000", "ScheduledProcedureStepStartTime ends before it begins")]
    [InlineData(">00400002=20261130-20261129;>00400003=060000-220000", "ScheduledProcedureStepStartDate ends before it begins")]
    [InlineData("00100030=19810101-19800101", "PatientBirthDate ends before it begins")]
    [InlineData("0020000D=STUDY1", "StudyInstanceUID is no UID")]
    [InlineData("0020000D=1.2.03\\1..2", "StudyInstanceUID is no UID")]
    [InlineData("0020000D=1.2.3\\bad", "StudyInstanceUID is no UID")]
    [InlineData(">00400003=240000", "ScheduledProcedureStepStartTime is no time or range of times")]
    [InlineData("00080050=12345678901234567", "AccessionNumber is longer than 16 characters")]
    [InlineData(">00400001=AVERYLONGSTATION1", "ScheduledStationAETitle is longer than 16 characters")]
    [InlineData(">00080060=ct", "Modality is no value of kind CS")]
    [InlineData(">00080060=c*", "Modality is no value of kind CS")]
    [InlineData("00080050=12345678901234567*", "AccessionNumber is longer than 16 characters")]
    [InlineData("00100010=A=B=C=D", "PatientName is no value of kind PN")]
    [InlineData("00100010=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "PatientName is longer than 64 characters")]
    public async Task A_key_that_nothing_can_match_is_refused_with_its_name(string keys, string comment)
    {
        var (result, answers) = await FindAsync("MODALITY", QueryKeys.Parse(keys));

        Assert.Empty(answers);
        Assert.Equal((DimseStatus.IdentifierDoesNotMatchSopClass, comment), (result.Status, result.ErrorComment));
        Assert.True(comment.Length <= 64);
        Assert.Single(result.OffendingElements!);
    }

    [Fact]
    public async Task A_period_of_one_night_is_none_that_ends_before_it_begins()
    {
        var (result, _) = await FindAsync("MODALITY", QueryKeys.Parse(">00400002=20260705-20260706;>00400003=220000-060000"));

        Assert.Equal(DimseStatus.Success, result.Status);
    }

    [Theory]
    [InlineData("000000-240000")]
    [InlineData("-240000")]
    public async Task The_end_of_the_day_is_a_time(string times)
    {
        var (result, answers) = await FindAsync("MODALITY", QueryKeys.Parse($">00400002=20260705;>00400003={times}"));
        var (_, all) = await FindAsync("MODALITY", QueryKeys.Parse(">00400002=20260705"));

        Assert.Equal(DimseStatus.Success, result.Status);
        Assert.Equal(all.Count, answers.Count);
        Assert.NotEmpty(answers);
    }

    [Fact]
    public async Task A_sequence_of_steps_with_two_items_is_refused()
    {
        var keys = new DataSet().SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().SetEmpty(Tags.Modality), new DataSet().SetEmpty(Tags.Modality));

        var (result, answers) = await FindAsync("MODALITY", keys);

        Assert.Empty(answers);
        Assert.Equal(DimseStatus.IdentifierDoesNotMatchSopClass, result.Status);
    }

    private static async Task<(FindResult Result, List<(DataSet Data, bool IsUnsupported)> Answers)> FindAsync(string calling, DataSet keys, string syntax = "1.2.840.10008.1.2.1")
    {
        var responder = new Responder(TransferSyntax.FromUid(syntax)!);
        var result = await Service.FindAsync(new FindRequest
        {
            Association = new AssociationInfo { Id = 1, CallingAe = calling, CalledAe = "CLOUDPACS", RemoteEndPoint = null }, SopClassUid = Uids.ModalityWorklistFind, MessageId = 1,
            Identifier = keys, EncodedIdentifier = default, TransferSyntax = responder.Syntax,
        }, responder, TestContext.Current.CancellationToken);
        return (result, responder.Answers);
    }

    private static string Text(DataSet data) => string.Join(';', data.SelectMany(static element => element.VR == VR.SQ
        ? element.Items[0].Select(static inner => $">{inner.Tag}={string.Join('\\', inner.Values)}")
        : [$"{element.Tag}={string.Join('\\', element.Values)}"]));

    private sealed class Responder(TransferSyntax syntax) : IFindResponder
    {
        public TransferSyntax Syntax => syntax;

        public List<(DataSet Data, bool IsUnsupported)> Answers { get; } = [];

        public ValueTask SendAsync(DataSet identifier, bool optionalKeysUnsupported = false) => throw new NotSupportedException("The service encodes its answers.");

        public ValueTask SendAsync(ReadOnlyMemory<byte> encodedIdentifier, bool optionalKeysUnsupported = false)
        {
            Answers.Add((DataSetReader.Read(encodedIdentifier.ToArray(), syntax), optionalKeysUnsupported));
            return default;
        }
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
