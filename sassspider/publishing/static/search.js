// Searches with Pagefind. Its files come as scripts, because a page opened from a folder may load nothing else.
(() => {
  const FOLDER = "search-index/";
  const STEP = 20;
  const FILTERS = ["year", "author", "source", "section"];
  const CHOICES = 200; // of a filter, those with the most articles
  const get = (id) => document.getElementById(id);
  const [form, words, order, filters, count, list, more] = ["search", "words", "order", "filters", "count", "found", "more"].map(get);
  const files = new Map();

  window.receiveFile = (name, text) => files.get(name).resolve(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)));

  function load(name) {
    if (!files.has(name)) {
      const file = {};
      file.bytes = new Promise((resolve, reject) => Object.assign(file, { resolve, reject }));
      files.set(name, file);
      const script = document.createElement("script");
      script.src = `${FOLDER}${name}.js`;
      script.onerror = () => file.reject(new Error(`${script.src} is missing`));
      document.head.append(script);
    }
    return files.get(name).bytes;
  }

  // Pagefind asks for "0-en/NAME?…": a file of the index 0, or the program, which all indexes share.
  window.fetch = async (address) => {
    const [, index, name] = String(address).match(/(\d+)-[^/]+\/([^?]+)/);
    return new Response(await load(name.startsWith("wasm.") ? name : `${index}/${name}`));
  };

  async function start() {
    const source = URL.createObjectURL(new Blob([await load("pagefind.js")], { type: "text/javascript" }));
    const pagefind = await import(source);
    const indexes = form.dataset.indexes.split(" ");
    const first = indexes.find((one) => one.endsWith("-en")) || indexes[0];
    // Pagefind splits a query into words as the page's language does; this page is in English, the index may not be.
    document.documentElement.lang = first.replace(/^\d+-/, "");
    await pagefind.options({ basePath: `${first}/`, baseUrl: "/", noWorker: true });
    await pagefind.init();
    for (const index of indexes.filter((one) => one !== first)) {
      await pagefind.mergeIndex(`${index}/`, { language: index.replace(/^\d+-/, "") });
    }
    await pagefind.filters(); // without it, searches count no filters
    document.documentElement.lang = "en";
    return pagefind;
  }

  // Pagefind orders by date within an index only.
  async function sortByDate(found, order) {
    const newest = JSON.parse(new TextDecoder().decode(await load("newest.json")));
    const places = new Map(newest.map((id, place) => [id, place]));
    const sign = order === "desc" ? 1 : -1;
    return found.sort((a, b) => sign * (places.get(a.id) - places.get(b.id)));
  }

  function element(name, text, properties = {}) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(text);
    return made;
  }

  // The excerpt is HTML with marks; only its text and its marks are used.
  function showExcerpt(markup) {
    const paragraph = element("p", "", { className: "excerpt" });
    for (const node of new DOMParser().parseFromString(markup, "text/html").body.childNodes) {
      paragraph.append(node.nodeName === "MARK" ? element("mark", node.textContent) : node.textContent);
    }
    return paragraph;
  }

  function formatDay(day) {
    return new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  function showResult(result) {
    const link = element("a", result.meta.title, { href: result.url.replace(/^\/+/, ""), dir: "auto" });
    const title = element("h2", link);
    const people = (result.filters.author || []).join(", ");
    const facts = [formatDay(result.meta.date), people, ...(result.filters.source || [])].filter(Boolean).join(" · ");
    const item = element("li", title, { className: "entry" });
    item.append(element("p", facts, { className: "facts" }), showExcerpt(result.excerpt));
    return item;
  }

  function fillFilters(totals) {
    for (const name of FILTERS) {
      const select = get(name);
      const chosen = select.value;
      const byCount = Object.entries(totals[name] || {}).sort((a, b) => b[1] - a[1]);
      const kept = byCount.filter(([value, number]) => number || value === chosen).slice(0, CHOICES);
      kept.sort(([a], [b]) => (name === "year" ? b.localeCompare(a) : a.localeCompare(b)));
      const options = kept.map(([value, number]) => new Option(`${value} (${number})`, value, false, value === chosen));
      select.replaceChildren(new Option("Any", ""), ...options);
      select.parentElement.hidden = options.length < 2 && !chosen;
    }
    filters.hidden = false;
  }

  function remember() {
    const kept = [...new FormData(form)].filter(([, value]) => value);
    history.replaceState(null, "", `?${new URLSearchParams(kept)}`);
  }

  function restore() {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements[name];
      if (!field) continue;
      if (FILTERS.includes(name)) field.append(new Option(value, value));
      field.value = value;
    }
  }

  let results = [];
  let turn = 0;

  async function showMore() {
    const mine = turn;
    const shown = list.children.length;
    const found = await Promise.all(results.slice(shown, shown + STEP).map((one) => one.data()));
    if (mine !== turn) return;
    list.append(...found.map(showResult));
    more.hidden = list.children.length >= results.length;
  }

  async function run(pagefind) {
    const mine = ++turn;
    remember();
    const query = words.value.trim();
    if (!query) {
      list.replaceChildren();
      count.textContent = "";
      filters.hidden = more.hidden = true;
      return;
    }
    const chosen = FILTERS.map((name) => [name, get(name).value]).filter(([, value]) => value);
    const answer = await pagefind.search(query, { filters: Object.fromEntries(chosen) });
    const found = order.value ? await sortByDate(answer.results, order.value) : answer.results;
    if (mine !== turn) return;
    results = found;
    list.replaceChildren();
    count.textContent = results.length === 1 ? "1 article" : `${results.length} articles`;
    fillFilters(answer.filters);
    await showMore();
  }

  restore();
  start().then(
    (pagefind) => {
      let waiting;
      const later = () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => run(pagefind), 200);
      };
      form.addEventListener("input", later);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        run(pagefind);
      });
      more.addEventListener("click", showMore);
      if (words.value) run(pagefind);
      else words.focus();
    },
    (error) => {
      count.textContent = `The search could not be started: ${error.message}`;
    },
  );
})();
