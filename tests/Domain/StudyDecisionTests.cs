using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>A person decides which order a study was made for; each decision can be taken back.</summary>
public class StudyDecisionTests
{
    private readonly Hospital _hospital = new();

    private StudyRow Study => Assert.Single(_hospital.Workspace.Rows.OfType<StudyRow>());

    [Fact]
    public void Of_several_suggested_orders_a_person_names_one_and_may_take_it_back()
    {
        PlaceTwo();
        _hospital.Store(header: Hospital.Accession("ACC1", null));
        Assert.True(Study.IsUndecided);

        AssertRefused("STU-034", new AcceptOrder { StudyInstanceUid = "1.1" });
        AssertRefused("STU-032", new AcceptOrder { StudyInstanceUid = "1.1", AccessionNumber = new Identifier("ACC1") });
        Assert.Equal(["study.linked"], Decide(new AcceptOrder { StudyInstanceUid = "1.1", PlacerNumber = new Identifier("P2"), Reason = "seen" }));

        Assert.Equal([("P1", LinkRule.Accession, LinkState.Suggested), ("P2", LinkRule.Person, LinkState.Linked)], Links());
        Assert.Equal(("test", "seen"), (Study.Links[1].DecidedBy, Study.Links[1].Reason));
        Assert.Equal((false, false), (Study.IsWaiting, Study.IsUndecided));
        Assert.DoesNotContain("multiple-candidates", Study.Flags);

        Assert.Equal(["study.reconsidered", "study.suggested"], Decide(new ReconsiderStudy { StudyInstanceUid = "1.1" }));

        Assert.Equal([("P1", LinkRule.Accession, LinkState.Suggested), ("P2", LinkRule.Accession, LinkState.Suggested)], Links());
        Assert.Contains("multiple-candidates", Study.Flags);
        Assert.True(Study.IsUndecided);
        AssertRefused("STU-036", new ReconsiderStudy { StudyInstanceUid = "1.1" });
    }

    [Fact]
    public void The_only_suggested_order_needs_no_name()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY").Set(Tags.StudyDate, "20190101"));

        Decide(new AcceptOrder { StudyInstanceUid = "1.1" });

        Assert.Equal([("P1", LinkRule.Person, LinkState.Linked)], Links());
    }

    [Fact]
    public void Images_that_show_another_patient_are_of_the_patient_of_the_order_that_a_person_chose()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient("MRN2", "OTHER^ONE") });
        _hospital.Store(patient: "MRN2", header: Hospital.Accession("ACC1", "MERCY"));
        var (shown, ordered) = (Study.PatientId, _hospital.Orders[0].PatientId);

        Assert.Equal(["study.linked", "study.patient"], Decide(new AcceptOrder { StudyInstanceUid = "1.1" }));
        Assert.Equal(ordered, Study.PatientId);
        Assert.Equal(["uid-mismatch"], Study.Flags);

        // The next image shows what the first one showed, and belongs to it.
        _hospital.Store(patient: "MRN2", instance: "1.1.1.2", header: Hospital.Accession("ACC1", "MERCY"));
        Assert.Equal((ordered, 2), (Study.PatientId, Study.Series[0].Instances));

        Assert.Equal(["study.unlinked", "study.patient"], Decide(new RejectOrder { StudyInstanceUid = "1.1" }));
        Assert.Equal(shown, Study.PatientId);
        Assert.NotEqual(shown, ordered);
        Assert.Equal([("P1", LinkRule.Person, LinkState.Rejected)], Links());

        Decide(new ReconsiderStudy { StudyInstanceUid = "1.1" });
        Assert.Equal([("P1", LinkRule.AccessionAndIssuer, LinkState.Conflict)], Links());
        Assert.Equal(["patient-mismatch"], Study.Flags);
    }

    [Fact]
    public void A_refused_order_does_not_come_back_by_its_numbers()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));

        Decide(new RejectOrder { StudyInstanceUid = "1.1", PlacerNumber = new Identifier("P1") });
        _hospital.Give(Hospital.Order(OrderRequest.Change, accession: "ACC1"));
        _hospital.Store(instance: "1.1.1.2", series: "1.1.2", header: Hospital.Accession("ACC1", "MERCY"));

        Assert.Equal([("P1", LinkRule.Person, LinkState.Rejected)], Links());
        Assert.True(Study.IsUndecided);
    }

    [Fact]
    public void A_study_is_relinked_and_back()
    {
        PlaceTwo(second: "ACC2");
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));

        Decide(new RelinkStudy { StudyInstanceUid = "1.1", AccessionNumber = new Identifier("ACC2") });
        Assert.Equal([("P1", LinkRule.Person, LinkState.Rejected), ("P2", LinkRule.Person, LinkState.Linked)], Links());

        Decide(new RelinkStudy { StudyInstanceUid = "1.1", AccessionNumber = new Identifier("ACC1") });
        Assert.Equal([("P1", LinkRule.Person, LinkState.Linked), ("P2", LinkRule.Person, LinkState.Rejected)], Links());

        Decide(new ReconsiderStudy { StudyInstanceUid = "1.1" });
        Assert.Equal([("P1", LinkRule.AccessionAndIssuer, LinkState.Linked), ("P2", LinkRule.Person, LinkState.Withdrawn)], Links());
    }

    [Fact]
    public void A_study_is_of_orders_of_one_patient_only()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        new OrderCommands(_hospital.Context, [Hospital.Patient("MRN2", "OTHER^ONE")], [Hospital.Order(OrderRequest.Place, "P2", "ACC2")])
            .Apply(_hospital.Workspace);
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));

        AssertRefused("STU-037", new AcceptOrder { StudyInstanceUid = "1.1", PlacerNumber = new Identifier("P2") });
        Decide(new RelinkStudy { StudyInstanceUid = "1.1", PlacerNumber = new Identifier("P2") });

        Assert.Equal(_hospital.Orders.Single(static order => order.PlacerNumber?.Value == "P2").PatientId, Study.PatientId);
    }

    [Fact]
    public void A_study_without_an_order_need_not_be_looked_at_until_its_order_comes()
    {
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));

        Assert.Equal(["study.ignored"], Decide(new IgnoreStudy { StudyInstanceUid = "1.1" }));
        Assert.False(Study.IsUndecided);
        Decide(new ReconsiderStudy { StudyInstanceUid = "1.1" });
        Assert.True(Study.IsUndecided);

        Decide(new IgnoreStudy { StudyInstanceUid = "1.1" });
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));

        Assert.Equal([("P1", LinkRule.AccessionAndIssuer, LinkState.Linked)], Links());
        AssertRefused("STU-039", new IgnoreStudy { StudyInstanceUid = "1.1" });
    }

    [Theory]
    [InlineData("STU-030", "9.9", "P1")]
    [InlineData("STU-031", "1.1", "P9")]
    [InlineData("STU-033", "1.1", null)]
    public void What_is_not_there_is_told(string code, string study, string? placer)
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        _hospital.Store();

        AssertRefused(code, new AcceptOrder { StudyInstanceUid = study, PlacerNumber = placer is null ? null : new Identifier(placer) });
    }

    [Fact]
    public void An_order_that_the_study_has_nothing_to_do_with_cannot_be_refused()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        _hospital.Store();

        AssertRefused("STU-035", new RejectOrder { StudyInstanceUid = "1.1", PlacerNumber = new Identifier("P1") });
    }

    [Fact]
    public void A_merge_of_the_patients_ends_the_conflict()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient("MRN2", "OTHER^ONE") });
        _hospital.Store(patient: "MRN2", header: Hospital.Accession("ACC1", "MERCY"));
        Assert.Equal([("P1", LinkRule.AccessionAndIssuer, LinkState.Conflict)], Links());

        var outcome = _hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN1", prior: "MRN2") });

        Assert.Contains("study.linked", outcome.Audit.Select(static act => act.Verb));
        Assert.Equal([("P1", LinkRule.AccessionAndIssuer, LinkState.Linked)], Links());
        Assert.DoesNotContain("patient-mismatch", Study.Flags);
    }

    private void PlaceTwo(string second = "ACC1")
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, "P1", "ACC1"));
        new OrderCommands(_hospital.Context with { AccessionAuthority = "LAB" }, [Hospital.Patient()], [Hospital.Order(OrderRequest.Place, "P2", second)])
            .Apply(_hospital.Workspace);
    }

    private IReadOnlyList<string> Decide(StudyDecision decision)
    {
        var outcome = new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace);
        Assert.Empty(outcome.Problems);
        return [.. outcome.Audit.Select(static act => act.Verb)];
    }

    private void AssertRefused(string code, StudyDecision decision)
    {
        var outcome = new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace);
        Assert.Equal([code], outcome.Problems.Select(static problem => problem.Code));
        Assert.Same(decision, outcome.Problems[0].Part);
        Assert.False(outcome.IsKept);
    }

    private IEnumerable<(string? Placer, LinkRule, LinkState)> Links() =>
        Study.Links.Select(link => (_hospital.Orders.Single(order => order.Id == link.OrderId).PlacerNumber?.Value, link.Rule, link.LinkState));
}
