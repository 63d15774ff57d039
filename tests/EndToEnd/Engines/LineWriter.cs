using System.Globalization;
using System.Text;
using CloudPacs.CommandLine;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>Gives each line that is written to it, by whatever thread.</summary>
internal sealed class LineWriter(Action<string> take) : TextWriter, ILogEventSink
{
    private static readonly MessageTemplateTextFormatter Form = new(EngineLog.Line, CultureInfo.InvariantCulture);
    private readonly StringBuilder _line = new();
    private readonly Lock _gate = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Lets an engine log to it.</summary>
    public LoggerConfiguration Log(LoggerSinkConfiguration sinks) => sinks.Sink(this);

    public void Emit(LogEvent logEvent)
    {
        lock (_gate) Form.Format(logEvent, this);
    }

    public override void Write(char value)
    {
        lock (_gate)
        {
            if (value == '\n')
            {
                take(_line.ToString().TrimEnd('\r'));
                _line.Clear();
            }
            else
            {
                _line.Append(value);
            }
        }
    }
}
