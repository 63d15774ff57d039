using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Functions.DataTypes;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class FunctionTestsNames
{
    private static Element Pid5(string field)
    {
        var text = $"MSH|^~\\&|HIS|MERCY|||20260310083015+0530||ADT^A08|1|P|2.5.1|||||IND|UNICODE UTF-8\rPID|||1||{field}\r";
        Assert.True(Message.TryParse(Encoding.UTF8.GetBytes(text), ParseOptions.Default, out var message, out _));
        return message.Segment("PID").Field(5);
    }

    private static List<NameParts> Repetitions(string field, NameForm form = NameForm.Xpn)
    {
        var element = Pid5(field);
        return [.. Enumerable.Range(1, element.RepetitionCount).Select(n => NameParts.Read(element.Repetition(n), form))];
    }

    private static string? Dicom(string field, string split = "keep", bool detectScript = false, NameForm form = NameForm.Xpn) =>
        PersonNames.Assemble(Repetitions(field, form), split, detectScript) is { IsEmpty: false } name ? name.ToString() : null;

    [Fact]
    public void Prefix_and_suffix_change_places_between_HL7_and_DICOM() =>
        Assert.Equal("SHARMA^RAHUL^KUMAR^DR^JR MD FRCR", Dicom("SHARMA^RAHUL^KUMAR^JR^DR^MD^L^A^^^^^^FRCR"));

    [Fact]
    public void Empty_parts_at_the_end_are_left_out() => Assert.Equal("SHARMA^RAHUL", Dicom("SHARMA^RAHUL^^^^^L"));

    [Fact]
    public void The_family_name_is_the_first_sub_component() => Assert.Equal("van Beethoven^LUDWIG", Dicom("van Beethoven&van&Beethoven^LUDWIG"));

    [Theory]
    [InlineData("NICK^N^^^^^N~LEGAL^L^^^^^L", "LEGAL^L")]
    [InlineData("NICK^N^^^^^N~PLAIN^P", "PLAIN^P")]
    [InlineData("ALIAS^A^^^^^A~SHOWN^D^^^^^D", "SHOWN^D")]
    [InlineData("ALIAS^A^^^^^A~BORN^M^^^^^M", "BORN^M")]
    [InlineData("DISPLAY^D^^^^^D~PLAIN^P", "PLAIN^P")]
    public void Of_several_types_the_legal_name_wins_then_untyped_then_display(string field, string expected) => Assert.Equal(expected, Dicom(field));

    [Theory]
    [InlineData("X^Y^^^^^S~Z^W^^^^^BAD")]
    [InlineData("OLD^NAME^^^^^NOUSE")]
    [InlineData("^^^^^^L")]
    public void A_pseudonym_a_bad_name_or_no_name_is_not_shown(string field) => Assert.Null(Dicom(field));

    [Fact]
    public void Representations_fill_the_three_groups() =>
        Assert.Equal("YAMADA^TAROU=山田^太郎=やまだ^たろう", Dicom("YAMADA^TAROU^^^^^L^A~山田^太郎^^^^^L^I~やまだ^たろう^^^^^L^P"));

    [Fact]
    public void Without_an_alphabetic_name_the_first_group_stays_empty() => Assert.Equal("=山田^太郎", Dicom("山田^太郎^^^^^L^I"));

    [Fact]
    public void Scripts_are_told_apart_only_when_the_policy_says_so()
    {
        const string field = "山田^太郎~ヤマダ^タロウ~YAMADA^TAROU";

        Assert.Equal("YAMADA^TAROU=山田^太郎=ヤマダ^タロウ", Dicom(field, detectScript: true));
        Assert.Equal("山田^太郎", Dicom(field));
    }

    [Fact]
    public void A_coded_representation_switches_script_detection_off() =>
        Assert.Equal("山田^太郎", Dicom("山田^太郎^^^^^^A", detectScript: true));

    [Fact]
    public void Hangul_is_ideographic() => Assert.Equal("Hong^Gildong=洪^吉洞", Dicom("Hong^Gildong~洪^吉洞", detectScript: true));

    [Theory]
    [InlineData("राहुल^शर्मा~SHARMA^RAHUL")]
    [InlineData("SHARMA^RAHUL^^^^^^A~राहुल^शर्मा^^^^^^A")]
    public void Beside_an_Indian_script_the_Latin_name_leads(string field) =>
        Assert.Equal("SHARMA^RAHUL=राहुल^शर्मा", Dicom(field));

    [Fact]
    public void A_name_in_an_Indian_script_alone_is_the_name() => Assert.Equal("राहुल^शर्मा", Dicom("राहुल^शर्मा", detectScript: true));

    [Theory]
    [InlineData("keep", "RAHUL KUMAR SHARMA")]
    [InlineData("lastIsFamily", "SHARMA^RAHUL^KUMAR")]
    [InlineData("firstIsFamily", "RAHUL^KUMAR^SHARMA")]
    public void A_name_in_one_component_is_split_by_policy(string policy, string expected) => Assert.Equal(expected, Dicom("RAHUL KUMAR SHARMA", policy));

    [Theory]
    [InlineData("SHARMA, RAHUL KUMAR", "SHARMA^RAHUL^KUMAR")]
    [InlineData("SHARMA,", "SHARMA")]
    [InlineData("SHARMA", "SHARMA")]
    [InlineData(", RAHUL", ", RAHUL")]
    public void The_comma_policy_takes_what_stands_before_the_comma(string name, string expected) => Assert.Equal(expected, Dicom(name, "commaIsFamily"));

    [Theory]
    [InlineData("lastIsFamily", "Dr. Anna Meier", "Meier^Anna^^Dr.")]
    [InlineData("lastIsFamily", "PROF DR ANNA MARIA MEIER", "MEIER^ANNA^MARIA^PROF DR")]
    [InlineData("lastIsFamily", "Frau Dr. med. Meier", "Meier^^^Frau Dr. med.")]
    [InlineData("lastIsFamily", "Smt Anita Rao", "Rao^Anita^^Smt")]
    [InlineData("lastIsFamily", "John Doe Jr.", "Doe^John^^^Jr.")]
    [InlineData("lastIsFamily", "Mr John Doe III", "Doe^John^^Mr^III")]
    [InlineData("lastIsFamily", "Anna Meier^^^^Prof.", "Meier^Anna^^Prof.")]
    [InlineData("lastIsFamily", "Dr. Anna Meier^^^^dr.", "Meier^Anna^^dr.")]
    [InlineData("lastIsFamily", "Dr. Anna Meier^^^^Prof.", "Meier^Anna^^Prof. Dr.")]
    [InlineData("lastIsFamily", "Md Rahim Uddin", "Uddin^Md^Rahim")]
    [InlineData("lastIsFamily", "Baby of Anita Rao", "Rao^Baby^of Anita")]
    [InlineData("lastIsFamily", "Dr", "Dr")]
    [InlineData("firstIsFamily", "Herr Meier Hans", "Meier^Hans^^Herr")]
    [InlineData("commaIsFamily", "Meier, Dr. Anna", "Meier^Anna^^Dr.")]
    [InlineData("commaIsFamily", "Dr. Meier, Anna", "Meier^Anna^^Dr.")]
    [InlineData("keep", "Dr. Anna Meier", "Dr. Anna Meier")]
    public void A_title_is_no_name(string policy, string name, string expected)
    {
        var maps = BaseMaps.With($"policy: {{ nameSplit: {policy} }}\n");

        var mapped = BaseMaps.Map($"MSH|^~\\&|HIS|MERCY|||20260310083015||ADT^A08|1|P|2.5.1\nPID|1||1||{name}", maps);

        Assert.Equal(expected, mapped.Patients[0].PatientAttributes.GetString(CloudPacs.Dicom.Tags.PatientName));
    }

    [Fact]
    public void A_name_that_has_parts_is_not_split() => Assert.Equal("DE LA CRUZ^JUAN", Dicom("DE LA CRUZ^JUAN", "lastIsFamily"));

    [Fact]
    public void Delimiters_of_DICOM_become_spaces_after_unescaping() => Assert.Equal("A B^C D E", Dicom(@"A\S\B^C=D\E\E"));

    [Fact]
    public void Each_group_is_shortened_by_its_own_limit_with_what_can_be_spared_first()
    {
        var field = $"{new string('F', 30)}^{new string('G', 20)}^{new string('M', 10)}^SUFFIX^PREFIX^^L^A~{new string('山', 64)}^^^^^^L^I";

        var name = PersonNames.Assemble(Repetitions(field), "keep", false).Fit(out var wasCut);

        Assert.True(wasCut);
        Assert.Equal($"{new string('F', 30)}^{new string('G', 20)}^{new string('M', 10)}={new string('山', 64)}", name.ToString());
    }

    [Fact]
    public void The_identifier_of_a_person_stands_before_the_name() =>
        Assert.Equal("IYER^SURESH^V^DR^SR MD", Dicom("1005^IYER^SURESH^V^SR^DR^MD", form: NameForm.Xcn));

    [Fact]
    public void A_person_in_sub_components_reads_the_same()
    {
        var person = NameParts.Read(Pid5("1005&IYER&SURESH&V&SR&DR&MD^20260310").Component(1), NameForm.Cnn);

        Assert.Equal("1005", person.Id);
        Assert.Equal("IYER^SURESH^V^DR^SR MD", PersonNames.Assemble([person], "keep", false).ToString());
    }
}
