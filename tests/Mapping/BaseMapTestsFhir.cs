using System.Text.Json.Nodes;
using CloudPacs.Mapping.Fhir;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class BaseMapTestsFhir
{
    private const string Order = """
        MSH|^~\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015+0530||ORM^O01|S01|P|2.3.1|||||IND|UNICODE UTF-8
        PID|1||10006579^^^MERCY&1.2.3.4&ISO^MR~77^^^LAB^PI||SHARMA^RAHUL^KUMAR^^MR^^L~RAVI^R^^^^^N||19800203|M||2106-3^White^HL70005|14 MG ROAD^^PUNE^MH^411001^IND^H||020-25501234~^NET^Internet^r@mail.test|020-25509999||M||ACCT1^^^MERCY
        PV1|1|O|RADOPD^ROOM2^1^MERCY||||1004^RAO^ANITA^^^DR|1005^IYER^SURESH^^^DR|||||||||||VN77^^^MERCY
        DG1|1||R05^Cough^I10|||A
        ORC|NW|PLC778^HIS|FIL9931^RIS||SC||^^^20260310093000+0530^^R||20260310083000|||1005^IYER^SURESH^^^DR
        OBR|1|PLC778^HIS|FIL9931^RIS|CTCHEST^CT Chest with contrast^L^RPID16^CT CHEST W IV CONTRAST^RADLEX|||||||||Asthma||^^^CHEST|1005^IYER^SURESH^^^DR||ACC20260310001|RP0310001|SPS0310001||||CT|||^^^20260310093000+0530^^R|||WALK|^Persistent cough
        NTE|1||Please call the ward
        DG1|2||J45^Asthma^I10
        """;

    private static readonly MappedMessage Mapped = BaseMaps.Map(Order);
    private static readonly JsonObject Patient = BaseMaps.Fhir(Mapped.Patients[0].Scope, "Patient");
    private static readonly JsonObject Encounter = BaseMaps.Fhir(Mapped.Patients[0].Scope, "Encounter");
    private static readonly JsonObject Request = BaseMaps.Fhir(Mapped.Procedures[0].Scope, "ServiceRequest");
    private static readonly JsonObject Step = BaseMaps.Fhir(Mapped.Procedures[0].Steps[0].Scope, "Task");

    [Fact]
    public void The_maps_of_phase_two_give_no_problem()
    {
        foreach (var scope in new[] { Mapped.Patients[0].Scope, Mapped.Procedures[0].Scope, Mapped.Procedures[0].Steps[0].Scope })
            Assert.Empty(SenderMap.RenderFhir(scope, BaseMaps.State).Problems);
    }

    [Theory]
    [InlineData("name.0.use", "official")]
    [InlineData("name.0.given.1", "KUMAR")]
    [InlineData("name.1.use", "nickname")]
    [InlineData("birthDate", "1980-02-03")]
    [InlineData("gender", "male")]
    [InlineData("address.0.city", "PUNE")]
    [InlineData("address.0.use", "home")]
    [InlineData("telecom.0.use", "home")]
    [InlineData("telecom.1.system", "email")]
    [InlineData("telecom.2.use", "work")]
    [InlineData("maritalStatus.coding.0.code", "M")]
    public void A_patient_has_what_PID_says(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Patient, path));

    [Theory]
    [InlineData("class.code", "AMB")]
    [InlineData("identifier.0.value", "VN77")]
    [InlineData("account.0.identifier.value", "ACCT1")]
    [InlineData("participant.0.type.0.coding.0.code", "ATND")]
    [InlineData("participant.1.individual.display", "DR SURESH IYER")]
    [InlineData("location.0.location.display", "MERCY RADOPD ROOM2 1")]
    [InlineData("diagnosis.0.condition.display", "Cough")]
    [InlineData("diagnosis.0.use.coding.0.code", "AD")]
    public void An_encounter_has_what_PV1_says(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Encounter, path));

    [Theory]
    [InlineData("category.0.coding.0.code", "363679005")]
    [InlineData("category.1.coding.0.code", "CT")]
    [InlineData("code.coding.0.code", "CTCHEST")]
    [InlineData("code.coding.1.system", "http://radlex.org")]
    [InlineData("priority", "routine")]
    [InlineData("authoredOn", "2026-03-10T08:30:00+05:30")]
    [InlineData("requester.display", "DR SURESH IYER")]
    [InlineData("reasonCode.0.text", "Persistent cough")]
    [InlineData("reasonReference.0.display", "Asthma")]
    [InlineData("bodySite.0.coding.0.code", "816094009")]
    [InlineData("note.0.text", "Clinical information: Asthma")]
    [InlineData("note.1.text", "Please call the ward")]
    public void A_request_has_what_the_order_says(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Request, path));

    [Theory]
    [InlineData("input.0.valueCodeableConcept.coding.0.system", "http://dicom.nema.org/resources/ontology/DCM")]
    [InlineData("input.1.valueCodeableConcept.coding.0.code", "RPID16")]
    public void A_task_has_what_the_step_says(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Step, path));

    [Fact]
    public void Three_writings_of_a_name_are_three_names()
    {
        var mapped = BaseMaps.Map(Order.Replace("SHARMA^RAHUL^KUMAR^^MR^^L~RAVI^R^^^^^N", "YAMADA^TAROU^^^^^L^A~山田^太郎^^^^^L^I~やまだ^たろう^^^^^L^P", StringComparison.Ordinal));

        var names = BaseMaps.Fhir(mapped.Patients[0].Scope, "Patient")["name"]!.AsArray();

        Assert.Equal(["ABC", "IDE", "SYL"], names.Select(name => name!["extension"]![0]!["valueCode"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("|020-111", "020-25501234 r@mail.test 020-111")]
    [InlineData("\"\"|", "020-25509999")]
    [InlineData("|\"\"", "020-25501234 r@mail.test")]
    [InlineData("|", "020-25501234 r@mail.test 020-25509999")]
    public void A_number_that_was_not_sent_stays_beside_one_that_changes(string fields, string expected)
    {
        var first = MergedResource.New(Rendered(Mapped));
        var update = BaseMaps.Map($"MSH|^~\\&|HIS|MERCY|||20260310090000||ADT^A08|2|P|2.5\nPID|1||10006579^^^MERCY&1.2.3.4&ISO^MR||||||||||{fields}");

        var second = first.With(Rendered(update));

        Assert.Equal(expected, string.Join(' ', second.Json["telecom"]!.AsArray().Select(point => point!["value"])));
        Assert.Equal(2, second.Json["name"]!.AsArray().Count);

        static FhirPatch Rendered(MappedMessage mapped) =>
            SenderMap.RenderFhir(mapped.Patients[0].Scope, BaseMaps.State).Patches.GetValueOrDefault("Patient") ?? new FhirPatch("Patient");
    }

    [Fact]
    public void An_appointment_has_time_place_and_people()
    {
        var mapped = BaseMaps.Map("""
            MSH|^~\&|RIS|MERCY|CLOUDPACS|RAD|20260310083015+0530||SIU^S13^SIU_S12|A1|P|2.5.1|||||IND|UNICODE UTF-8
            SCH|A1^HIS|B1^RIS|||||^Follow-up|ROUTINE^Routine||||||||||||||||||P1^HIS|F1^RIS
            PID|1||10006579^^^MERCY^MR||SHARMA^RAHUL
            RGS|1
            AIS|1||CTCHEST^CT Chest^L|20260311140000|||30|MIN||Booked
            AIG|1||CT-A^Scanner A
            AIL|1||CT^BAY2^^MERCY
            AIP|1||1004^RAO^ANITA||||||||||Booked
            """);

        var appointment = BaseMaps.Fhir(mapped.Appointment!.Scope, "Appointment");

        Assert.Equal("2026-03-11T14:00:00+05:30", BaseMaps.At(appointment, "start"));
        Assert.Equal("2026-03-11T14:30:00+05:30", BaseMaps.At(appointment, "end"));
        Assert.Equal("30", BaseMaps.At(appointment, "minutesDuration"));
        Assert.Equal(["ANITA RAO", "MERCY CT BAY2", "Scanner A"],
            appointment["participant"]!.AsArray().Select(participant => (participant!["actor"]!["reference"] ?? participant["actor"]!["display"])!.GetValue<string>()));
        Assert.Equal(new DateTime(2026, 3, 11, 14, 0, 0), mapped.Appointment.Start);
        Assert.Equal("BAY2", BaseMaps.Value(mapped.Appointment.Attributes, "ScheduledProcedureStepLocation"));
    }
}
