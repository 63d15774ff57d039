using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Performed;
using CloudPacs.Integration.Performed;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Performed;

/// <summary>
/// The cases on rows in memory, in each form in which a report travels: the statuses of both doors and where it ends. The same cases over
/// sockets are in the end-to-end tests.
/// </summary>
public sealed class PerformedCaseTests
{
    private const string Uid = "1.2.826.0.1.3680043.10.9.77.1";
    private static readonly PerformedSubject Subject = new("ACC1", "S1", "1.2.826.0.1.3680043.10.9.77", "MRN1", "SHARMA^RAHUL", "CT7");
    private readonly Workspace _workspace = new(IdSource.Counting());

    public static TheoryData<int, string> Cases()
    {
        var cases = new TheoryData<int, string>();
        for (var number = 0; number < PerformedCase.All.Count; number++)
            foreach (var form in (string[])["explicit", "implicit", "json", "xml"]) cases.Add(number, form);
        return cases;
    }

    [Fact]
    public void There_are_enough_of_them_and_no_two_are_the_same()
    {
        Assert.True(PerformedCase.All.Count >= 60, $"{PerformedCase.All.Count} cases");
        Assert.Distinct(PerformedCase.All.Select(static one => one.ToString()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_doors_answer_as_the_standard_says(int number, string form)
    {
        var tested = PerformedCase.All[number];
        Place();

        foreach (var exchange in tested.Exchanges)
        {
            var report = PerformedReportText.Of(exchange.Report);
            var outcome = Give(report.Begins, Carry(report.DataSet(Subject), form), tested.IsStrict);

            var dimse = PerformedAnswer.Of(outcome);
            Assert.Equal((exchange.Report, exchange.Status), (exchange.Report, dimse.Status));
            Assert.Equal(exchange.Attribute.Length == 0 ? [] : [PerformedReportText.TagOf(exchange.Attribute)], dimse.Attributes);
            if (DimseStatus.IsWarning(exchange.Status)) Assert.Contains(outcome.Problems, problem => problem.Text == exchange.Text);
            else Assert.Equal(exchange.Text, dimse.ErrorComment ?? "");
            var error = outcome.Problems.FirstOrDefault(static problem => problem.IsError);
            Assert.Equal(exchange.Http, error is null ? (report.Begins ? 201 : 200) : PerformedStatus.Of(error).Http);
        }

        var row = _workspace.Rows.OfType<PerformedStepRow>().SingleOrDefault();
        Assert.Equal((tested.State, tested.StepState),
            (row is null ? "" : PerformedStates.Name(row.PerformedState), StepStates.Name(_workspace.Rows.OfType<StepRow>().Single().StepState)));
    }

    [Fact]
    public void A_representation_that_is_not_that_of_the_attribute_is_told()
    {
        Place();
        var create = PerformedReportText.Of("create").DataSet(Subject);

        var name = Give(true, create.Copy().Set(Tags.PatientName, VR.LO, "SHARMA"), isStrict: false);
        var sequence = Give(true, create.Copy().Set(Tags.ScheduledStepAttributesSequence, VR.LO, "A"), isStrict: false);
        var inside = Give(true, create.Copy().SetSequence(Tags.ScheduledStepAttributesSequence, new DataSet().Set(Tags.AccessionNumber, VR.CS, "A")), isStrict: false);
        var either = Give(true, create.Copy().Set(new Tag(0x0028, 0x0106), VR.SS, "-1").SetBytes(Tags.StudyId, VR.UN, new byte[] { 65, 32 }), isStrict: false);

        Assert.Equal("PatientName has VR LO and not PN", PerformedAnswer.Of(name).ErrorComment);
        Assert.Equal("ScheduledStepAttributesSequence has VR LO and not SQ", PerformedAnswer.Of(sequence).ErrorComment);
        Assert.Equal([Tags.AccessionNumber], PerformedAnswer.Of(inside).Attributes);
        Assert.Equal(DimseStatus.Success, PerformedAnswer.Of(either).Status);
    }

    [Fact]
    public void At_a_lenient_station_a_text_is_taken_as_what_it_should_be_and_the_rest_is_left_out()
    {
        Place();
        var create = PerformedReportText.Of("create").DataSet(Subject);
        var item = create.GetItems(Tags.ScheduledStepAttributesSequence)[0].Copy().Set(Tags.ScheduledProcedureStepId, VR.LO, Subject.StepId);
        create.SetSequence(Tags.ScheduledStepAttributesSequence, item).Set(Tags.PatientBirthDate, VR.LO, "third of March");

        var taken = Give(true, create, isStrict: false, mendsVrs: true);
        var again = Give(true, create, isStrict: false, mendsVrs: true);
        var end = Give(false, new DataSet().Set(Tags.PerformedProcedureStepStatus, VR.LO, "COMPLETED"), isStrict: false, mendsVrs: true);
        var lacking = Give(true, create.Copy().Set(Tags.Modality, VR.US, "7"), isStrict: false, mendsVrs: true);

        foreach (var outcome in (Outcome[])[taken, again])
        {
            var answer = PerformedAnswer.Of(outcome);
            Assert.Equal((DimseStatus.AttributeListError, "Some attributes have a wrong VR"), (answer.Status, answer.ErrorComment));
            Assert.Equal([Tags.PatientBirthDate, Tags.ScheduledProcedureStepId], answer.Attributes.OrderBy(static tag => tag.Value));
        }

        Assert.Equal(DimseStatus.AttributeListError, PerformedAnswer.Of(end).Status);
        Assert.Equal(StepState.Completed, _workspace.Rows.OfType<StepRow>().Single().StepState);
        Assert.False(Attributes.Read(_workspace.Rows.OfType<PerformedStepRow>().Single().Attributes).Contains(Tags.PatientBirthDate));
        Assert.True(lacking.HasErrors);
    }

    [Fact]
    public void A_step_does_not_grow_for_ever()
    {
        Place();
        Give(true, PerformedReportText.Of("create").DataSet(Subject), isStrict: false);
        DataSet Filler(ushort element) => new DataSet().SetBytes(new Tag(0x0011, element), VR.UN, new byte[3 << 20]);

        var outcomes = Enumerable.Range(0x1001, 4).Select(element => PerformedAnswer.Of(Give(false, Filler((ushort)element), isStrict: false)).Status).ToList();

        var many = new DataSet();
        for (ushort element = 0x1000; element < 0x1000 + 1001; element++) many.SetBytes(new Tag(0x0013, element), VR.UN, default);
        var half = new DataSet();
        foreach (var element in many.Take(990)) half.Add(element);

        Assert.Equal([DimseStatus.Success, DimseStatus.Success, DimseStatus.ResourceLimitation, DimseStatus.ResourceLimitation], outcomes);
        Assert.Equal(DimseStatus.ResourceLimitation, PerformedAnswer.Of(Give(false, many, isStrict: false)).Status);
        Assert.Equal(DimseStatus.ResourceLimitation, PerformedAnswer.Of(Give(false, half, isStrict: false)).Status); // with what is there
        Assert.True(_workspace.Rows.OfType<PerformedStepRow>().Single().Attributes.Bytes.Length < PerformedChecks.MaxBytes);
        Assert.Equal(DimseStatus.Success, PerformedAnswer.Of(Give(false, PerformedReportText.Of("complete").DataSet(Subject), isStrict: true)).Status);
    }

    private void Place() => new OrderCommands(
        Context(isStrict: false),
        [new PatientDetails { Primary = new Identifier(Subject.PatientId), Attributes = new DataSet().Set(Tags.PatientName, Subject.Name) }],
        [
            new OrderCommand
            {
                Request = OrderRequest.Place,
                PlacerNumber = new Identifier("P1"),
                AccessionNumber = new Identifier(Subject.Accession),
                StudyInstanceUid = Subject.StudyUid,
                Procedure = new ProcedureDetails
                {
                    Attributes = new DataSet().Set(Tags.RequestedProcedureDescription, "CT Chest"),
                    Steps = [new StepDetails { StepId = Subject.StepId, Attributes = new DataSet().Set(Tags.Modality, "CT"), Start = new DateTime(2026, 12, 1, 9, 30, 0) }],
                },
            },
        ]).Apply(_workspace);

    private Outcome Give(bool begins, DataSet sent, bool isStrict, bool mendsVrs = false)
    {
        var commands = new PerformedCommands(Context(isStrict), PerformedReader.Read(Uid, begins, sent, TimeZoneInfo.Utc, mendsVrs));
        commands.MoreKeys(_workspace);
        return commands.Apply(_workspace);
    }

    /// <summary>As it comes out at the other end.</summary>
    private static DataSet Carry(DataSet sent, string form)
    {
        string? error = null;
        DataSet? come = null;
        switch (form)
        {
            case "json":
                if (DicomJson.TryRead(DicomJson.ToUtf8Bytes(sent), null, out var read, out error)) come = read[0];
                break;
            case "xml": DicomXml.TryRead(DicomXml.ToUtf8Bytes(sent), out come, out error); break;
            default:
                var syntax = form == "explicit" ? TransferSyntax.ExplicitVrLittleEndian : TransferSyntax.ImplicitVrLittleEndian;
                var wire = new ArrayBufferWriter<byte>();
                DataSetWriter.Write(sent.Copy().Set(Tags.SpecificCharacterSet, "ISO_IR 100"), syntax, wire, SpecificCharacterSet.Parse("ISO_IR 100"));
                DataSetReader.TryRead(wire.WrittenMemory, syntax, null, out come, out error);
                break;
        }

        Assert.Null(error);
        return come!;
    }

    private static ChangeContext Context(bool isStrict) => new()
    {
        Actor = "CT7",
        DefaultAuthority = "MERCY",
        ReceivedAt = new DateTimeOffset(2026, 12, 1, 9, 40, 0, TimeSpan.Zero),
        SiteZone = TimeZoneInfo.Utc,
        Policy = new DomainPolicy { ChecksPerformedStrictly = isStrict, PerformedMayBeginEnded = !isStrict },
    };
}
