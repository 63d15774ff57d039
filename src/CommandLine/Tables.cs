using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary>Tables for people.</summary>
internal static class Tables
{
    /// <summary>Cells are never folded below this width: an id that is broken over lines can be neither copied nor searched for.</summary>
    private const int LeastWidth = 160;

    public static void Print(TextWriter output, Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(console.Profile.Width, output.IsTerminal() ? LeastWidth : 2 * LeastWidth);
        console.Write(table);
    }
}
