using CloudPacs.FhirServer.Operations;
using CloudPacs.Profiles.Definitions;
using Hl7.Fhir.Specification.Source;

namespace CloudPacs.Profiles.Isolation;

/// <summary>
/// The process in which the SDK works: questions from standard input, answers to standard output, end with the input. A question that takes
/// more time or memory than there is takes this process with it and nothing else.
/// </summary>
internal static class Worker
{
    public static async Task<int> Main()
    {
        await using var input = Console.OpenStandardInput();
        await using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        Console.SetOut(TextWriter.Null);
        output.WriteByte(Exchange.Ready);
        await output.FlushAsync().ConfigureAwait(false);
        var site = new SiteSource(canonical => FindAsync(input, output, canonical).GetAwaiter().GetResult());
        CachedResolver? standard = null;
        LoadedDefinitions? loaded = null;
        while (await Exchange.ReadAsync<Question>(input).ConfigureAwait(false) is var (question, content))
        {
            standard ??= new CachedResolver(ZipSource.CreateValidationSource());
            if (loaded?.Stamp != question.Stamp) loaded = new LoadedDefinitions(standard, site, question.Stamp);
            var (answer, found) = await AnswerAsync(loaded, question, content).ConfigureAwait(false);
            await Exchange.WriteAsync(output, answer, found).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task<(Answer Answer, byte[] Content)> AnswerAsync(LoadedDefinitions loaded, Question question, byte[] content)
    {
        var set = new ValueSetSource(question.Url, content);
        try
        {
            return question.Kind switch
            {
                QuestionKind.Judge => (new Answer
                {
                    Verdict = await ResourceJudge.JudgeAsync(loaded, content, question.Profiles).ConfigureAwait(false),
                }, []),
                QuestionKind.Expand => (new Answer(), await ValueSets.ExpandAsync(
                    loaded, set, question.Filter, question.Offset, question.Count).ConfigureAwait(false)),
                _ => (new Answer { Code = await ValueSets.ValidateAsync(loaded, set, question.Codes).ConfigureAwait(false) }, []),
            };
        }
        catch (TerminologyException e)
        {
            return (new Answer { ProblemCode = e.Code, Problem = e.Message }, []);
        }
        catch (Exception e) when (SdkFault.IsOfInput(e))
        {
            return (new Answer
            {
                ProblemCode = question.Kind == QuestionKind.Judge ? "incomplete" : "processing",
                Problem = "The resource has what cannot be read here, such as a decimal with an exponent.",
            }, []);
        }
    }

    /// <summary>A definition of the site, of which the process that asks knows.</summary>
    private static async Task<byte[]?> FindAsync(Stream input, Stream output, string canonical)
    {
        await Exchange.WriteAsync(output, new Answer { Wanted = canonical }, default).ConfigureAwait(false);
        var (isThere, content) = await Exchange.ReadAsync<bool>(input).ConfigureAwait(false) ?? throw new EndOfStreamException();
        return isThere ? content : null;
    }
}
