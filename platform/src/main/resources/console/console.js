// What pages do beyond links and forms. Everything that matters works without it; see README.md of the console.
(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  // Times as this browser's person reads them; the server writes UTC.
  const short = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit'});
  const localize = (within) => all('time[datetime]', within).forEach((time) => {
    const at = new Date(time.dateTime);
    if (!time.title && !Number.isNaN(at.getTime())) {
      time.title = time.textContent;
      time.textContent = short.format(at);
    }
  });

  // Toasts
  const toast = (text, kind = '', forMs = 6000) => {
    const box = document.createElement('div');
    const words = document.createElement('span');
    box.className = 'toast ' + kind;
    words.textContent = text;
    box.append(words);
    one('.toasts')?.append(box);
    setTimeout(() => box.remove(), forMs);
    return box;
  };
  const lost = (text) => {
    let box = one('.lost');
    if (!text) { box?.remove(); return; }
    if (!box) {
      box = document.createElement('div');
      box.className = 'message warn lost';
      box.setAttribute('role', 'status');
      document.body.append(box);
    }
    box.textContent = text;
  };
  const signedOut = () => {
    lost('');
    let box = one('.lost');
    if (!box) {
      lost('Your session has ended. What you typed stays here: save it, and you are asked to sign in.');
    }
  };

  // What a person may take back is not done before he no longer can: it is sent when its toast goes or the page is left.
  const undoMs = 10000;
  let takeBack = null;
  const later = (deed, hidden) => {
    const box = toast(deed.said, '', undoMs);
    const undo = document.createElement('button');
    undo.type = 'button';
    undo.textContent = 'Undo';
    undo.setAttribute('aria-keyshortcuts', 'Control+Z');
    box.append(undo);
    if (hidden) hidden.hidden = true;
    let open = true;
    const back = () => { if (hidden) { hidden.hidden = false; one('a, button', hidden)?.focus(); } };
    const done = () => { open = false; box.remove(); if (takeBack === take) takeBack = null; };
    const take = () => { if (open) { done(); back(); } };
    const send = () => {
      if (!open) return;
      done();
      if (!deed.action) { back(); return; }
      fetch(deed.action, {method: 'POST', body: new URLSearchParams(deed.body), redirect: 'manual', keepalive: true}).then((answer) => {
        if (answer.ok || answer.type === 'opaqueredirect') return;
        back();
        if (answer.status === 401) { signedOut(); return; }
        answer.text().then((html) => {
          const why = one('.message', new DOMParser().parseFromString(html, 'text/html'));
          toast(why?.textContent.trim() || 'That did not work (' + answer.status + ').', 'bad');
        });
      }).catch(() => { back(); lost('The connection is lost. Look in a moment whether it was done.'); });
    };
    undo.addEventListener('click', take);
    setTimeout(send, undoMs - 100);
    window.addEventListener('pagehide', send);
    takeBack = take;
    undo.focus({preventScroll: true});
  };
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('form[data-undo]');
    if (!form) return;
    event.preventDefault();
    const deed = {action: form.action, body: new URLSearchParams(new FormData(form)).toString(), said: form.dataset.undo};
    if (!form.dataset.undoAt) { later(deed, form.closest('tr')); return; }
    window.dispatchEvent(new Event('unguard'));
    sessionStorage.setItem('undo', JSON.stringify(deed));
    location.assign(form.dataset.undoAt);
  });
  const leftOver = sessionStorage.getItem('undo');
  if (leftOver) {
    sessionStorage.removeItem('undo');
    const deed = JSON.parse(leftOver);
    const place = new URL(deed.action).pathname.replace(/\/delete$/, '');
    later(deed, all('main tr').find((row) => all('a', row).some((link) => (link.pathname + '/').startsWith(place + '/'))));
  }

  // Live parts: the server sends each as HTML whenever it differs from before.
  const follow = (element) => {
    const source = new EventSource(element.dataset.live);
    source.addEventListener('part', (event) => {
      lost('');
      const {id, html} = JSON.parse(event.data);
      const part = document.getElementById(id);
      if (part) {
        const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
        part.innerHTML = html;
        localize(part);
        draw(part);
        window.htmx?.process(part);
        if (focused) document.getElementById(focused)?.focus();
      }
    });
    source.addEventListener('alive', () => lost(''));
    source.addEventListener('end', (event) => {
      source.close();
      lost('');
      if (event.data === 'reload') location.reload();
    });
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) {
        // Refused, such as by a server that is just starting: tried again as long as the page is there.
        setTimeout(() => follow(element), 3000);
      }
      lost('The connection is lost; these figures stand still. Trying again …');
    });
    window.addEventListener('pagehide', () => source.close());
  };

  const draw = (within) => { if (window.drawCharts) window.drawCharts(within); };

  // Dialogs that ask before what cannot wait
  document.addEventListener('click', (event) => {
    const asks = event.target.closest('[data-ask]');
    if (asks) { event.preventDefault(); document.getElementById(asks.dataset.ask)?.showModal(); }
    const closes = event.target.closest('[data-close]');
    if (closes) { event.preventDefault(); closes.closest('dialog')?.close(); }
    if (event.target.closest('.menu')) {
      const open = one('.side').classList.toggle('open');
      one('.menu').setAttribute('aria-expanded', String(open));
    }
    if (event.target.closest('[data-theme-switch]')) {
      const dark = getComputedStyle(document.documentElement).colorScheme === 'dark'
        || (getComputedStyle(document.documentElement).colorScheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
      document.documentElement.dataset.theme = dark ? 'light' : 'dark';
      localStorage.setItem('theme', document.documentElement.dataset.theme);
      all('.chart').forEach((chart) => { chart.dataset.drawn = ''; });
      draw(document);
    }
    const shows = event.target.closest('[data-undo-shown]');
    if (shows) later({said: shows.dataset.undoShown});
    if (event.target.closest('[data-palette]')) { event.preventDefault(); palette(); }
  });

  // Palette
  const palette = () => {
    const dialog = one('.palette');
    if (!dialog || dialog.open) return;
    const input = one('input', dialog);
    const items = all('li', dialog);
    let at = 0;
    const shown = () => items.filter((item) => !item.hidden);
    const mark = (index) => {
      const visible = shown();
      at = Math.max(0, Math.min(index, visible.length - 1));
      items.forEach((item) => one('a', item).setAttribute('aria-selected', String(item === visible[at])));
      visible[at]?.scrollIntoView({block: 'nearest'});
    };
    input.oninput = () => {
      const wanted = input.value.trim().toLowerCase();
      items.forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
      mark(0);
    };
    input.onkeydown = (event) => {
      if (event.key === 'ArrowDown') { event.preventDefault(); mark(at + 1); }
      if (event.key === 'ArrowUp') { event.preventDefault(); mark(at - 1); }
      if (event.key === 'Enter') { event.preventDefault(); const item = shown()[at]; if (item) one('a', item).click(); }
    };
    input.value = '';
    input.oninput();
    dialog.showModal();
    input.focus();
  };
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); palette(); }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      const form = one('form[data-guard]');
      if (form) { event.preventDefault(); form.requestSubmit(one('[data-save]', form)); }
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && takeBack && !event.target.closest('input, textarea, select')) {
      event.preventDefault();
      takeBack();
    }
    if (event.key === '/' && !event.target.closest('input, textarea, select, [contenteditable]')) {
      const search = one('main input[type="search"]');
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  // The editor: what is typed is drawn in a new frame each time, so that Back is still Back.
  const editor = one('form[data-preview]');
  if (editor) {
    const button = one('[data-preview-button]', editor);
    let timer = 0;
    let shown = one('iframe[name="preview"]');
    let waiting = null;
    let drawn = 0;
    const preview = () => {
      // One that is not there yet, however slow, is not waited for.
      waiting?.remove();
      const next = shown.cloneNode(false);
      // A name of its own: the frame that is shown answers to its own for ever.
      next.name = 'preview-' + ++drawn;
      button.formTarget = next.name;
      next.hidden = true;
      shown.after(next);
      waiting = next;
      next.addEventListener('load', () => {
        if (waiting !== next) return;
        next.hidden = false;
        shown.remove();
        shown = next;
        waiting = null;
      });
      editor.requestSubmit(button);
    };
    editor.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(preview, 500);
    });
    preview();
    all('[data-width]').forEach((choice) => choice.addEventListener('click', () => {
      all('[data-width]').forEach((other) => other.setAttribute('aria-pressed', String(other === choice)));
      one('.mail').classList.toggle('phone', choice.dataset.width === 'phone');
      one('.mail .html').hidden = choice.dataset.width === 'text';
      one('.mail .text').hidden = choice.dataset.width !== 'text';
    }));
  }

  // Who leaves with something unsaved is asked.
  all('form[data-guard]').forEach((form) => {
    let dirty = form.dataset.guard === 'dirty';
    const saving = one('.saving', form);
    form.addEventListener('input', (event) => {
      if (event.target.closest('[data-unguarded]')) return;
      dirty = true;
      if (saving) saving.textContent = 'Not saved yet';
    });
    form.addEventListener('submit', (event) => { if (!event.submitter || !event.submitter.formTarget) dirty = false; });
    window.addEventListener('unguard', () => { dirty = false; });
    window.addEventListener('beforeunload', (event) => { if (dirty) event.preventDefault(); });
  });

  // Time zones: the browser's own first, unless the server knows one.
  all('select[data-zone]').forEach((select) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!select.dataset.zone && [...select.options].some((option) => option.value === zone)) select.value = zone;
  });

  // A file is dropped, looked at, and sent.
  all('form[data-upload]').forEach((form) => {
    const drop = one('.drop', form);
    const input = one('input[type="file"]', form);
    const name = one('[data-file-name]', form);
    const mapping = document.getElementById('mapping');
    const columns = () => all('[data-column]', mapping).map((column) => column.value).join(',');
    const chosen = () => { mapping.innerHTML = ''; look(); };
    let looks = 0;
    const look = (focused) => {
      const own = ++looks;
      const file = input.files[0];
      name.textContent = file ? file.name + ', ' + Math.max(1, Math.round(file.size / 1000)).toLocaleString() + ' KB' : '';
      if (!file) return;
      fetch(form.dataset.look + '?' + new URLSearchParams({columns: columns()}), {
        method: 'POST', body: file.slice(0, 65536),
        headers: {'Content-Type': 'text/csv', 'X-Csrf': one('[name="_csrf"]', form).value},
      }).then((answer) => (answer.status === 401 ? (signedOut(), '') : answer.text())).then((html) => {
        // A later look has begun meanwhile, or this one knows nothing of columns that are there.
        if (own !== looks || (!html.includes('data-column') && one('[data-column]', mapping))) return;
        mapping.innerHTML = html;
        if (focused >= 0) all('[data-column]', mapping)[focused]?.focus();
      }).catch(() => lost('The connection is lost. Choose the file again in a moment.'));
    };
    input.addEventListener('change', chosen);
    mapping.addEventListener('change', (event) => {
      if (event.target.matches('[data-column]')) look(all('[data-column]', mapping).indexOf(event.target));
    });
    ['dragover', 'dragenter'].forEach((kind) => drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add('over'); }));
    ['dragleave', 'drop'].forEach((kind) => drop.addEventListener(kind, () => drop.classList.remove('over')));
    drop.addEventListener('drop', (event) => { event.preventDefault(); input.files = event.dataTransfer.files; chosen(); });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const file = input.files[0];
      const wrong = one('[data-wrong]', form);
      const say = (text) => { wrong.textContent = text; wrong.hidden = !text; if (text) input.focus(); };
      if (!file) { say('Choose a file first.'); return; }
      say('');
      const settings = new URLSearchParams(new FormData(form));
      settings.delete('_csrf'); settings.delete('file');
      settings.set('columns', columns());
      for (const [key, value] of [...settings]) if (!value) settings.delete(key);
      const request = new XMLHttpRequest();
      const bar = one('progress', form);
      const send = one('[data-send]', form);
      bar.hidden = false;
      send.disabled = true;
      request.upload.onprogress = (progress) => { bar.value = progress.loaded / progress.total; };
      request.onload = () => {
        send.disabled = false;
        const answer = (() => { try { return JSON.parse(request.responseText); } catch { return {}; } })();
        if (request.status === 202) { location.assign(answer.go); return; }
        bar.hidden = true;
        if (request.status === 401) { signedOut(); return; }
        say(answer.problem || 'The file could not be taken (' + request.status + ').');
      };
      request.onerror = () => { send.disabled = false; bar.hidden = true; say('The connection was lost before the whole file was there. Send it again.'); };
      request.open('POST', form.dataset.upload + '?' + settings);
      request.setRequestHeader('Content-Type', 'text/csv');
      request.setRequestHeader('X-Csrf', one('[name="_csrf"]', form).value);
      request.send(file);
    });
  });

  document.addEventListener('htmx:responseError', (event) => {
    if (event.detail.xhr.status === 401) signedOut();
    else toast('That did not work (' + event.detail.xhr.status + ').', 'bad');
  });
  document.addEventListener('htmx:sendError', () => lost('The connection is lost. What you typed stays here.'));
  document.addEventListener('htmx:afterRequest', (event) => { if (event.detail.successful) lost(''); });
  document.addEventListener('htmx:afterSwap', (event) => { localize(event.target); draw(event.target); });

  const url = new URL(location.href);
  if (url.searchParams.has('done')) {
    url.searchParams.delete('done');
    history.replaceState(null, '', url);
  }
  all('.toast').forEach((box) => setTimeout(() => box.remove(), 6000));
  localize(document);
  draw(document);
  all('[data-live]').forEach(follow);
})();
