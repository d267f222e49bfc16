# What the suites share. The module under test is the checkout's, in the session and in what the tests start.
$manifest = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")
Import-Module $manifest -Global

# Long enough for a loaded machine; only a test that hangs ever waits for it.
$guard = [timespan]::FromSeconds(30)

<# Waits for a signal (an event, a task's or a process' handle) and fails instead of hanging. #>
function Wait-Signal {
    param([Parameter(Mandatory)] [object] $Signal, [string] $What = 'the signal')
    $set = if ($Signal -is [System.Threading.ManualResetEventSlim] -or $Signal -is [System.Threading.CountdownEvent]) { $Signal.Wait($guard) }
    else { $Signal.WaitOne($guard) }
    if (-not $set) { throw "Gave up waiting for $What." }
}

<# Waits until a condition holds, for what tells nobody when it ends (a runspace, a process). #>
function Wait-Condition {
    param([Parameter(Mandatory)] [scriptblock] $Condition, [string] $What = 'the condition')
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed -gt $guard) { throw "Gave up waiting for $What." }
        [System.Threading.Thread]::Sleep(5)
    }
}

function Get-Worker { Get-Runspace | Where-Object Name -EQ 'BatchOps worker' }

<# Fails when a run left a runspace or a worker thread behind. #>
function Assert-NoWorker {
    Wait-Condition { -not (Get-Worker) } -What "$(@(Get-Worker).Count) worker runspaces that were left behind"
}

<# Runs a script in a session of its own, as a caller that can be stopped from outside. #>
function Start-Caller {
    param([Parameter(Mandatory)] [scriptblock] $Script, [object[]] $ArgumentList = @(), [System.Management.Automation.Host.PSHost] $CallerHost)
    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule($manifest)
    $runspace = if ($CallerHost) { [runspacefactory]::CreateRunspace($CallerHost, $state) } else { [runspacefactory]::CreateRunspace($state) }
    $runspace.Name = 'Caller'
    $runspace.Open()
    $shell = [powershell]::Create($runspace)
    # By its text: a block of this session can't run in another.
    $null = $shell.AddScript($Script.ToString())
    foreach ($argument in $ArgumentList) { $null = $shell.AddArgument($argument) }
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $begin = [powershell].GetMethods().Where{ $_.Name -eq 'BeginInvoke' -and $_.IsGenericMethod -and $_.GetParameters().Count -eq 2 }[0].MakeGenericMethod([psobject], [psobject])
    $handle = $begin.Invoke($shell, @($null, $output))
    [pscustomobject]@{ Shell = $shell; Handle = $handle; Output = $output; Runspace = $runspace }
}

<# Does what Ctrl+C does, and returns how long the caller took to end. #>
function Stop-Caller {
    param([Parameter(Mandatory)] $Caller)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $stop = $Caller.Shell.BeginStop($null, $null)
    Wait-Signal $stop.AsyncWaitHandle -What 'the stop'
    $clock.Elapsed
}

<# Waits for a caller to end by itself, and returns what it wrote. #>
function Receive-Caller {
    param([Parameter(Mandatory)] $Caller)
    Wait-Signal $Caller.Handle.AsyncWaitHandle -What 'the caller'
    $null = $Caller.Shell.EndInvoke($Caller.Handle)
    $Caller.Output
}

function Remove-Caller {
    param($Caller)
    if ($Caller) {
        $Caller.Shell.Dispose()
        $Caller.Runspace.Dispose()
    }
}

<# Runs a script in a process of its own that has the module, and returns the lines it wrote. #>
function Invoke-Fresh {
    param([Parameter(Mandatory)] [scriptblock] $Script, [string[]] $Argument = @())
    $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    $start.RedirectStandardOutput = $true
    '-NoProfile', '-NonInteractive', '-Command' | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.ArgumentList.Add("Import-Module '$manifest'; & { $Script } $Argument")
    $process = [System.Diagnostics.Process]::Start($start)
    try {
        $text = $process.StandardOutput.ReadToEndAsync()
        if (-not $text.Wait($guard + $guard)) { throw 'Gave up waiting for the process.' }
        $text.Result.TrimEnd() -split '\r?\n'
    }
    finally {
        if (-not $process.HasExited) { $process.Kill($true) }
        $process.Dispose()
    }
}

<# Sets environment variables for a script, and puts back what was there. #>
function Invoke-WithEnvironment {
    param([Parameter(Mandatory)] [hashtable] $Variable, [Parameter(Mandatory)] [scriptblock] $Script)
    $before = @{}
    foreach ($name in $Variable.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $Variable[$name])
    }
    try { & $Script }
    finally {
        foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    }
}

Export-ModuleMember -Function *
