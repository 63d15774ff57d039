using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>
/// Order numbers are unique within the application that gives them (HL7 v2.5.1 4.5.1.2), and only as long as the order is not cancelled.
/// </summary>
public class OrderNumberOwnerTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("4711", "4711")]
    [InlineData("4711^HIS", "4711")]
    [InlineData("4711", "4711^CARDIO")]
    [InlineData("4711^^1.2.3^ISO", "4711")]
    public void Two_applications_may_use_one_number_for_two_patients_or_for_one(string first, string second)
    {
        Place("HIS", "MRN1", first, "ACC1");

        Assert.Equal("AA", Place("CARDIO", "MRN2", second, "ACC2").Code);
        Assert.Equal("AA", Place("LAB", "MRN1", "4711", "ACC3").Code);

        Assert.Equal(["ACC1", "ACC3", "ACC2"], _his.Entries.Select(static entry => entry.GetString(Tags.AccessionNumber)));
    }

    [Fact]
    public void The_application_of_the_sender_stands_for_a_missing_one()
    {
        Place("HIS", "MRN1", "4711", "ACC1");

        Assert.Equal("AA", Place("CARDIO", "MRN1", "4711^HIS", "ACC1", "XO", "20260310110000").Code);

        Assert.Equal("110000", HisLink.StepOf(Assert.Single(_his.Entries)).GetString(Tags.ScheduledProcedureStepStartTime));
    }

    [Theory]
    [InlineData("XO")]
    [InlineData("XX")]
    public void A_system_that_names_no_application_changes_the_order_of_another(string control)
    {
        Place("HIS", "MRN1", "4711", "ACC1");

        Assert.Equal("AA", Place("RIS", "MRN1", "4711", "", control, "20260310110000").Code);

        Assert.Equal("110000", HisLink.StepOf(Assert.Single(_his.Entries)).GetString(Tags.ScheduledProcedureStepStartTime));
    }

    [Fact]
    public void But_not_when_the_patient_has_two_orders_of_that_number()
    {
        Place("HIS", "MRN1", "4711", "ACC1");
        Place("CARDIO", "MRN1", "4711", "ACC2");

        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|HD|4711^RIS");

        Assert.Equal("204", reply.Problems[0].Code);
        Assert.Equal(2, _his.Entries.Count);
    }

    [Theory]
    [InlineData("XO")]
    [InlineData("CA")]
    [InlineData("HD")]
    public void Who_names_no_application_then_is_asked_for_it(string control)
    {
        Place("HIS", "MRN1", "4711", "ACC1");
        Place("CARDIO", "MRN1", "4711", "ACC2");

        Assert.Equal(("AE", "205"), Told(Place("RIS", "MRN1", "4711", "", control)));

        Assert.Equal(["ACC1", "ACC2"], _his.Entries.Select(static entry => entry.GetString(Tags.AccessionNumber)).Order());
    }

    [Theory]
    [InlineData("CA")]
    [InlineData("OC")]
    public void A_cancelled_number_may_be_used_again_for_another_patient(string control)
    {
        Place("HIS", "MRN1", "4711^HIS", "ACC1");
        Cancel("MRN1", control);

        var placed = Place("HIS", "MRN2", "4711^HIS", "ACC1");
        Assert.Equal("AA", placed.Code);
        Assert.Equal(("207", "W", "ORC^1^2"), Assert.Single(placed.Problems));
        Assert.Empty(Place("HIS", "MRN2", "4711^HIS", "ACC1", "XO", "20260310110000").Problems);

        var entry = Assert.Single(_his.Entries);
        Assert.Equal(("MRN2", "110000"),
            (entry.GetString(Tags.PatientId), HisLink.StepOf(entry).GetString(Tags.ScheduledProcedureStepStartTime)));
        // The old order is history of its own patient, and its examination another one.
        var orders = _his.Engine.Workspace.FindByPlacer("4711");
        Assert.Equal(2, orders.SelectMany(static order => order.Procedures).Select(static p => p.StudyInstanceUid).Distinct().Count());
        Assert.Equal(2, orders.Select(static order => order.PatientId).Distinct().Count());
    }

    [Theory]
    [InlineData("MRN2", "4711^HIS", "ACC2", "ORC^1^2")]
    [InlineData("MRN2", "4712^HIS", "ACC1", "ORC^1^2")]
    [InlineData("MRN2", "4711^CARDIO", "ACC2", null)]
    [InlineData("MRN2", "4712^HIS", "ACC2", null)]
    [InlineData("MRN1", "4711^HIS", "ACC1", null)]
    [InlineData("MRN1", "4711^HIS", "ACC2", null)]
    [InlineData("MRN1", "4712^HIS", "ACC1", null)]
    public void That_a_number_was_one_of_somebody_else_is_told(string patient, string placer, string accession, string? place)
    {
        Place("HIS", "MRN1", "4711^HIS", "ACC1");
        Cancel("MRN1", "CA");

        var reply = Place("HIS", patient, placer, accession);

        Assert.Equal("AA", reply.Code);
        Assert.Equal(place is null ? [] : [("207", "W", place)], reply.Problems);
    }

    [Theory]
    [InlineData("MR", "CTCHEST^CT Chest^L")]
    [InlineData("CT", "CTABD^CT abdomen^L")]
    [InlineData("CT", "CTCHEST^CT Chest^L")]
    public void An_order_under_the_numbers_of_another_one_of_its_message_is_told(string modality, string procedure)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "4711^HIS", "ACC1"), "ORC|NW|4711^HIS|||SC",
            $"OBR|2|4711^HIS||{procedure}||||||||||||||ACC1||||||{modality}|||^^^20260310100000^^R");

        Assert.Equal("AA", reply.Code);
        Assert.Contains(("207", "W", "ORC^2^2"), reply.Problems);
    }

    [Fact]
    public void The_numbers_of_an_order_that_is_open_or_was_begun_stay_its_own()
    {
        Place("HIS", "MRN1", "4711^HIS", "ACC1");

        Assert.Equal(("AE", "205"), Told(Place("HIS", "MRN2", "4711^HIS", "ACC2")));

        _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|SC|4711^HIS|||IP");
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|DC|4711^HIS");
        Assert.Equal(("AE", "205"), Told(Place("HIS", "MRN2", "4711^HIS", "ACC2")));
    }

    [Fact]
    public void A_cancel_that_comes_again_after_the_number_was_used_again_harms_nobody()
    {
        Place("HIS", "MRN1", "4711^HIS", "ACC1");
        Cancel("MRN1", "CA");
        Place("HIS", "MRN2", "4711^HIS", "ACC1");

        Cancel("MRN1", "CA");

        Assert.Equal("MRN2", Assert.Single(_his.Entries).GetString(Tags.PatientId));
    }

    private HisReply Place(
        string application, string patient, string placer, string accession, string control = "NW", string start = "20260310093000")
    {
        _his.Application = application;
        return _his.Send("ORM^O01", HisLink.Pid(patient), HisLink.Order(control, placer, accession, start));
    }

    private void Cancel(string patient, string control)
    {
        _his.Application = "HIS";
        _his.Send("ORM^O01", HisLink.Pid(patient), $"ORC|{control}|4711^HIS");
    }

    private static (string Code, string Problem) Told(HisReply reply) => (reply.Code, reply.Problems[0].Code);
}
