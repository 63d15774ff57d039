using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

public class GeneratedNumberTests
{
    private readonly Clinic _clinic = new();

    [Fact]
    public void A_derived_uid_is_2_25_and_the_decimal_of_the_version_5_uuid()
    {
        var space = new Guid("6ba7b812-9dad-11d1-80b4-00c04fd430c8");

        Assert.Equal("2.25.209680398573113860225745563084707960379", StudyUids.Derive(space, "1.2.3.4|ACC20260310001"));
        Assert.Equal("2.25.329800735698586629295641978511506172918", DerivedUids.Uid(new Guid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")));
    }

    [Fact]
    public void A_derived_uid_follows_from_the_accession_number_and_its_authority()
    {
        _clinic.Send(new GroupText { Accession = "A1" });

        Assert.Equal(StudyUids.Derive(_clinic.Workspace.InstallationNamespace, "MERCY|A1"), _clinic.Procedure.StudyInstanceUid);
    }

    [Theory]
    [InlineData("{yy}{MM}{dd}{n:5}", "7", "26031000007")]
    [InlineData("MH{yyyy}{n:3}", "1234", "MH20261234")]
    [InlineData("ABCDEFGHIJ{n:6}", "12345678", "ABCDEFGHIJ345678")]
    [InlineData("{prefix}{n:4}", "1", "X0001")]
    public void A_pattern_gives_numbers_of_at_most_16_characters(string pattern, string number, string expected)
    {
        var read = AccessionPattern.TryParse(pattern, out var error, prefix: "X");

        Assert.Null(error);
        Assert.Equal(expected, read!.Format(new DateTime(2026, 3, 10), number));
    }

    [Theory]
    [InlineData("{yyyy}{MM}{dd}{n:9}")]
    [InlineData("abc{n:5}")]
    [InlineData("ABC")]
    [InlineData("{n:2}{n:2}")]
    [InlineData("A-{n:2}")]
    public void A_pattern_that_cannot_do_so_is_refused_with_a_reason(string pattern)
    {
        Assert.Null(AccessionPattern.TryParse(pattern, out var error));
        Assert.NotEmpty(error!);
    }

    [Theory]
    [InlineData("fromFiller", "F77", "F77")]
    [InlineData("fromFiller", "F234567890123456789", "26031000001")]
    [InlineData("fromPlacer", "F77", "P1")]
    [InlineData("sequence", "F77", "26031000001")]
    public void A_missing_accession_number_is_made_by_the_senders_policy(string policy, string filler, string expected)
    {
        _clinic.Policy = _clinic.Policy with { MissingAccession = policy };

        _clinic.Send(new GroupText { Filler = filler });

        Assert.Equal(expected, _clinic.Procedure.AccessionNumber.Value);
    }

    [Fact]
    public void Missing_numbers_are_refused_where_the_policy_says_so()
    {
        _clinic.Policy = _clinic.Policy with { MissingAccession = "reject" };
        var accession = _clinic.Send(new GroupText { Ipc = 1 });
        _clinic.Policy = _clinic.Policy with { MissingAccession = "sequence", MissingUid = "reject" };
        var uid = _clinic.Send(new GroupText());

        Assert.Equal((101, "IPC^1^1"), (accession.Problems[0].Code, accession.Problems[0].Location!.ToString()));
        Assert.Equal((101, "ZDS^1^1"), (uid.Problems[0].Code, uid.Problems[0].Location!.ToString()));
    }

    [Fact]
    public void A_root_or_a_random_uuid_gives_a_valid_uid()
    {
        _clinic.Policy = _clinic.Policy with { MissingUid = "root", UidRoot = "1.2.826.0.1.99" };
        _clinic.Send(new GroupText());
        _clinic.Policy = _clinic.Policy with { MissingUid = "random" };
        _clinic.Send(new GroupText { Placer = "P2" });
        _clinic.Policy = _clinic.Policy with { MissingUid = "root", UidRoot = "1.02" };
        var bad = _clinic.Send(new GroupText { Placer = "P3" });

        Assert.Equal("1.2.826.0.1.99.20260310083020.1", _clinic.Orders[0].Procedures[0].StudyInstanceUid);
        Assert.Matches("^2\\.25\\.[1-9][0-9]{30,38}$", _clinic.Orders[1].Procedures[0].StudyInstanceUid);
        Assert.Equal(AcknowledgmentCode.AE, bad.Code);
    }

    [Fact]
    public void A_long_id_is_refused_or_gets_a_stand_in_that_later_messages_find_again()
    {
        var longId = new string('A', 20);
        var refused = _clinic.Send(new GroupText { Accession = longId });
        _clinic.Policy = _clinic.Policy with { LongId = "surrogate" };
        _clinic.Send(new GroupText { Accession = longId, StepId = new string('S', 17) });
        var cancel = _clinic.Send(new GroupText { Placer = null, Control = "CA", Accession = longId, HasProcedure = false });

        Assert.Equal((102, "OBR^1^18"), (refused.Problems[0].Code, refused.Problems[0].Location!.ToString()));
        Assert.Matches("^X[0-9A-Z]{15}$", _clinic.Procedure.AccessionNumber.Value);
        Assert.Matches("^X[0-9A-Z]{15}$", _clinic.Step.StepId);
        Assert.Equal(AcknowledgmentCode.AA, cancel.Code);
        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
    }

    [Fact]
    public void A_step_id_is_the_procedure_id_with_its_place_unless_that_is_too_long()
    {
        _clinic.Send(new GroupText { ProcedureId = "RP12345678901234", Accession = "A1" });
        _clinic.Send(new GroupText { Placer = "P2", ProcedureId = "RP123456789012", Accession = "A2" });

        Assert.Equal(["SP000001", "RP123456789012-1"], _clinic.Steps.Select(s => s.StepId));
    }

    [Fact]
    public void Two_procedures_under_one_accession_number_have_different_study_uids()
    {
        _clinic.Send(new GroupText { Accession = "A1", ProcedureId = "RP1" }, new GroupText { Accession = "A1", ProcedureId = "RP2" });

        Assert.Equal(2, _clinic.Order.Procedures.Select(p => p.StudyInstanceUid).Distinct().Count());
    }
}
