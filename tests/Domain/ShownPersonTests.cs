using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Images whose id is that of the order's patient, and that show another birth date or sex: linked, and for a person to look at.</summary>
public class ShownPersonTests
{
    private readonly Hospital _hospital = new();

    private StudyRow Study => Assert.Single(_hospital.Workspace.Rows.OfType<StudyRow>());

    [Theory]
    [InlineData("19800203", "M", "19800203", "M")]
    [InlineData("19800203", "M", "19800302", "M", "birth-date-mismatch")]
    [InlineData("19800203", "M", "19800203", "F", "sex-mismatch")]
    [InlineData("19800203", "M", "19800302", "F", "birth-date-mismatch", "sex-mismatch")]
    [InlineData("19800203", "M", "", "O")]
    [InlineData("", "", "19800302", "F")]
    [InlineData("1980", "U", "19800302", "F")]
    public void What_contradicts_the_patient_of_the_order_is_linked_and_flagged(
        string birthDate, string sex, string shownBirthDate, string shownSex, params string[] flags)
    {
        Order(birthDate, sex);

        var outcome = Store(shownBirthDate, shownSex);

        Assert.Equal(LinkState.Linked, Assert.Single(Study.Links).LinkState);
        Assert.Equal(flags, Study.Flags.Except(["uid-mismatch"]).Order());
        Assert.Equal(flags.Length > 0, Study.IsUndecided);
        Assert.Equal(flags.Length > 0, outcome.Audit.Any(static act => act.Verb == "study.conflict"));
    }

    [Fact]
    public void An_order_that_comes_later_is_compared_too()
    {
        Store("19800302", "M");

        Order("19800203", "M");

        Assert.Equal(LinkState.Linked, Assert.Single(Study.Links).LinkState);
        Assert.True(Study.IsUndecided);
        Assert.Contains("birth-date-mismatch", Study.Flags);
    }

    [Fact]
    public void A_person_who_accepts_the_order_ends_the_doubt_and_one_who_refuses_it_too()
    {
        Order("19800203", "M");
        Store("19800302", "M");

        Decide(new AcceptOrder { StudyInstanceUid = "1.1", Reason = "the console had a typing error" });
        Assert.False(Study.IsUndecided);
        Assert.Equal((LinkRule.Person, LinkState.Linked), (Study.Links[0].Rule, Study.Links[0].LinkState));

        Decide(new ReconsiderStudy { StudyInstanceUid = "1.1", Reason = "not so sure" });
        Assert.Contains("birth-date-mismatch", Study.Flags);
        Decide(new RejectOrder { StudyInstanceUid = "1.1", Reason = "somebody else" });
        Assert.DoesNotContain("birth-date-mismatch", Study.Flags);
        // Without an order it waits as any other.
        Assert.True(Study.IsUndecided);
    }

    [Fact]
    public void A_study_that_is_merged_takes_its_doubt_along()
    {
        Order("19800203", "M");
        Store("19800302", "M");
        _hospital.Store(study: "2.1", series: "2.1.1", instance: "2.1.1.1");

        Decide(new MergeStudies { StudyInstanceUid = "1.1", Into = "2.1", Reason = "one" });

        Assert.Contains("birth-date-mismatch", _hospital.Workspace.Rows.OfType<StudyRow>().Single(static study => study.StudyInstanceUid == "2.1").Flags);
    }

    private void Order(string birthDate, string sex)
    {
        var patient = new PatientDetails
        {
            Primary = new Identifier("MRN1"),
            Attributes = new DataSet().Set(Tags.PatientName, "SHARMA^RAHUL").Set(Tags.PatientBirthDate, birthDate).Set(Tags.PatientSex, sex),
        };
        Assert.Empty(new OrderCommands(_hospital.Context, [patient], [Hospital.Order(OrderRequest.Place, accession: "ACC1")]).Apply(_hospital.Workspace).Problems);
    }

    private Outcome Store(string birthDate, string sex) =>
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY").Set(Tags.PatientBirthDate, birthDate).Set(Tags.PatientSex, sex)).Outcome;

    private void Decide(StudyDecision decision) =>
        Assert.Empty(new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace).Problems);
}
