using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace BatchOps.Floor;

/// <summary>
/// What a batch of script blocks costs at the very least: so many runspaces, each with one pipeline that loops over a
/// queue and runs the block in a fresh scope. No errors, streams, order, limits or results per item.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "FloorBatch")]
public sealed class InvokeFloorBatchCommand : PSCmdlet
{
    private const int MaxQueued = 256;

    private readonly object _sync = new();
    private readonly Queue<object?> _items = new();
    private readonly Queue<PSObject> _outputs = new();
    private readonly List<Thread> _threads = [];
    private int _alive;
    private bool _ended;

    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter]
    public int Workers { get; set; } = 8;

    protected override void BeginProcessing()
    {
        var state = InitialSessionState.CreateDefault2();
        _alive = Workers;
        for (var i = 0; i < Workers; i++)
        {
            var thread = new Thread(() => Work(state)) { IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    protected override void ProcessRecord()
    {
        lock (_sync)
        {
            while (_items.Count >= MaxQueued)
            {
                if (_outputs.Count == 0)
                {
                    Monitor.Wait(_sync);
                }

                Drain();
            }

            _items.Enqueue(InputObject);
            Monitor.PulseAll(_sync);
        }
    }

    protected override void EndProcessing()
    {
        lock (_sync)
        {
            _ended = true;
            Monitor.PulseAll(_sync);
            while (_alive > 0 || _outputs.Count > 0)
            {
                if (_outputs.Count == 0)
                {
                    Monitor.Wait(_sync);
                }

                Drain();
            }
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Drain()
    {
        while (_outputs.TryDequeue(out var output))
        {
            WriteObject(output);
        }
    }

    private void Work(InitialSessionState state)
    {
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        using var pipeline = System.Management.Automation.PowerShell.Create();
        pipeline.Runspace = runspace;
        pipeline.AddCommand(new CmdletInfo("Invoke-FloorLoop", typeof(InvokeFloorLoopCommand))).AddParameter("Loop", (Action)Loop);
        pipeline.Invoke();
        lock (_sync)
        {
            _alive--;
            Monitor.PulseAll(_sync);
        }
    }

    private void Loop()
    {
        var block = ((ScriptBlockAst)ScriptBlock.Ast).GetScriptBlock();
        var variables = new List<PSVariable>();
        var item = new PSVariable("_");
        while (true)
        {
            lock (_sync)
            {
                while (_items.Count == 0)
                {
                    if (_ended)
                    {
                        return;
                    }

                    Monitor.Wait(_sync);
                }

                item.Value = _items.Dequeue();
            }

            variables.Clear();
            variables.Add(item);
            Collection<PSObject> outputs = block.InvokeWithContext(null, variables);
            lock (_sync)
            {
                foreach (var output in outputs)
                {
                    _outputs.Enqueue(output);
                }

                Monitor.PulseAll(_sync);
            }
        }
    }
}

/// <summary>Gives the loop a place inside a pipeline.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "FloorLoop")]
public sealed class InvokeFloorLoopCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public Action Loop { get; set; } = null!;

    protected override void BeginProcessing() => Loop();
}
